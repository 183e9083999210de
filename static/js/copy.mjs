// Puts our script and the one module of the design system that it loads beside the style sheet.
import { cpSync, mkdirSync } from "node:fs";

mkdirSync("static/build", { recursive: true });
cpSync("node_modules/govuk-frontend/dist/govuk/govuk-frontend.min.js", "static/build/govuk-frontend.js");
cpSync("static/js/moothall.js", "static/build/moothall.js");
