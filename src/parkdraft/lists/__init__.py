"""The lists that operators send and a home keeps: contacts of a month, and the list of sites."""
