"""Do the bibliographies keep the guide's word, and do they stay the same unless somebody means it?"""
