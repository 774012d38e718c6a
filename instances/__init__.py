"""Makers of days that anyone may use: a toy, Qidong and Hailing. Every person in them is invented."""
