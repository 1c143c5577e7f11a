"""Seeing: physical facts about the picture and where the face is in it. Never an input of scoring."""
