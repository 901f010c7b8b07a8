"""From details to a decision: place, row of the process, people, warnings."""
