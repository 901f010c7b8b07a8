"""Write: rendering and its Korean filters, the mail writer, its strict reader."""
