"""The recording: the candidate's encoded media as it came, in Matroska, encrypted at rest.

relay ── samples ─▶ timeline (pure: order, parts, clusters) ── commands ─▶ recorder's thread
                                                                              │ seal (AES-256-GCM)
                                          part file ◀─────────────────────────┘
                     archive (folder) ── playback: byte ranges of a WebM or MKV file, decrypted as asked for
"""
