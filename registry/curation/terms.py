"""Terms that entries of the College of Policing's practice bank use (S0-1), offered as suggestions: other words may be given too."""

from __future__ import annotations

FOCUSES = ("Organisational", "Prevention", "Diversion", "Reoffending", "Enforcement", "Victims and witnesses")
TOPICS = (
    "Child sexual exploitation and abuse",
    "Community engagement",
    "Crime prevention",
    "Criminal justice",
    "Cybercrime including fraud",
    "Digital",
    "Diversity and inclusion",
    "Ethics and values",
    "Intelligence and investigation",
    "Leadership, development and learning",
    "Neighbourhood crime",
    "Offender management",
    "Operational policing",
    "Organisation including workforce",
    "Violence against women and girls",
    "Violence (other)",
    "Vulnerability and safeguarding",
)
PARTNERS = (
    "Business and commerce",
    "Community safety partnerships",
    "Criminal justice (includes prisons, probation services)",
    "Education",
    "Government department",
    "Health services",
    "Local authority",
    "Police",
    "Private sector",
    "Voluntary or not for profit organisation",
)
TARGET_GROUPS = (
    "Adults",
    "Children and young people",
    "Communities",
    "Disability",
    "Families",
    "General public",
    "Offenders",
    "Older adults",
    "Victims",
    "Women",
    "Workforce",
)
