"""Placeholder until the page is written."""

from __future__ import annotations

from flask import Blueprint

pages = Blueprint("outbox", __name__)
