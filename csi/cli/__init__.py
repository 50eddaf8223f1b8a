"""The command line: one command per public function; nothing is computed here."""
