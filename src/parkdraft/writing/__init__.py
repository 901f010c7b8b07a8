"""Writing drafts: templates and their Korean filters, the mail writer, its strict read-back."""
