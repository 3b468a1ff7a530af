"""Papers of a dispute (人民调解文书): facts typed once, drawn as PDF and DOCX, bound for the archive."""
