"""What commands and pages both say, in Korean: facts, history, problems, ages, people, states."""
