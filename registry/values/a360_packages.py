"""The packages that Automation 360's Control Rooms come with, by the names bots use; a package somebody built may begin like one of them."""

from __future__ import annotations

from typing import Final

# Source: the vendor's list of packages for Automation 360 (docs.automationanywhere.com, "Actions and packages"), in small letters.
A360_PACKAGES: Final = frozenset(
    name.strip()
    for name in """
    aari web, active directory, activedirectory, ai agent, ai connection, ai skill, alm, amazon bedrock, analyze, anthropic, api task, app integration, appintegration,
    application, apple mail, azure openai, azure active directory, bigquery, boolean, box, browser, callback, citrix, clipboard, cloud, comment, community, credential,
    cryptography, csv/txt, csvtxt, data table, database, datatable, datetime, delay, dictionary, dll, document extraction, documentextraction, document classifier, e-mail, email,
    email trigger, error handler, errorhandler, excel, excel advanced, excel basic, excel_ms, excel_msoffice, excel_basic, file, file and folder trigger,
    filefoldertrigger, files and folders, folder, form, ftp/sftp, ftp, generative ai, genesys, google bigquery, google calendar, google drive, google sheets,
    gmail, googlecalendar, googledrive, googlesheets, google gemini, hot key trigger, hotkeytrigger, hubspot, if, image recognition, imagerecognition, interactive forms,
    interactiveforms, iq bot, iqbot, javascript, jira, json, keystrokes, legacy automation, legacyautomation, list, log to file, logtofile, loop, mainframe, message box,
    messagebox, microsoft 365 calendar, microsoft 365 excel, microsoft 365 onedrive, microsoft 365 outlook, microsoft dynamics 365, microsoft 365 sharepoint,
    microsoft azure, microsoft entra id, microsoft teams, mouse, netsuite, number, ocr, office 365 calendar, office 365 excel, office 365 onedrive, office 365 outlook, onedrive,
    openai, pdf, pgp, ping, play sound, powershell, printer, process, prompt, python script, python, queue, record, recorder, regular expression, rest web service,
    rest web services, rest, run, salesforce, sap, sap bapi, sapbapi, sap s/4hana, screen, service now, servicenow, session, sharepoint, simulate keystrokes, slack, snmp,
    soap, soap web service, soap web services, step, string, switch, system, table, task, taskbot, task bot, terminal emulator, terminalemulator, timezone, trigger loop,
    triggerloop, vbscript, vertex ai, wait, web automation, window, window trigger, windowtrigger, windows services, wlm, word, workday, workload, xml, zendesk
    """.replace("\n", " ").split(",")
)
