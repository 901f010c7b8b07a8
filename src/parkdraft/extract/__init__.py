"""What a pasted enquiry says, for somebody to click on."""
