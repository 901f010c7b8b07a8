"""Text ⇄ value: plates, dates, phones, money, names, Hangul."""
