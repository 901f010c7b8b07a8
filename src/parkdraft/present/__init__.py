"""What commands and pages say alike, in Korean: facts, history, warnings, ages, people, states."""
