"""Review without disclosure: the files that travel between the linkage unit and an agency, and what is kept of them.

``rounds``: what was asked. ``exchange``: sealed questions and answers. ``worksheet``: the agency's CSV. ``judging``:
whether answers may be taken. ``decisions``: judgements on patterns. ``stored``: everything a run takes into account.
"""
