"""One candidate's media: tracks in, frames, voice activity, turns, recognition, vision, speech out."""
