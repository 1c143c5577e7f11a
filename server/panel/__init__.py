"""The panel, the people who interview together: who conducts, who is here, what they tell each other."""
