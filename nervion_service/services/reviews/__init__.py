"""Reviews of missed targets: asked for when a month is over, analysed, and led to an action or to none (G15, G17)."""
