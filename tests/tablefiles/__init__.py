"""Files as people bring them, and files as an attacker makes them; no tests stand here.

``corpus.MESSY`` are the real-looking ones with what a person would read in them,
``hostile.HOSTILE`` the crafted ones. Everything in them is made up.
"""
