"""One candidate's audio after decoding: frames, levels, voice activity, segments of speech."""
