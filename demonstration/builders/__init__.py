"""Writers of the demonstration's artefacts: our own automations, in the shapes that each platform's editor exports."""
