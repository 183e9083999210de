// Every page works without this script: it adds the design system's own behaviour to the components that ask for it.
import { Button, Checkboxes, ErrorSummary, NotificationBanner, PasswordInput, Radios, SkipLink, createAll } from "./govuk-frontend.js";

document.body.classList.add("js-enabled");
if ("noModule" in HTMLScriptElement.prototype) document.body.classList.add("govuk-frontend-supported");
for (const Component of [Button, Checkboxes, ErrorSummary, NotificationBanner, PasswordInput, Radios, SkipLink]) createAll(Component);
