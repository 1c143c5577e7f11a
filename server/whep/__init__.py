"""WHEP: how a candidate's picture and voice go out to who may watch."""
