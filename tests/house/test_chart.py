"""The chart of Helm: what Helm made of it is valid, holds its pods fast, and runs what exists."""

import re
import shutil
import subprocess
from collections.abc import Iterator
from typing import Any

import kubernetes_validate
import pytest
import yaml
from django.core.management import get_commands
from granian.cli import cli

from house.chart import CASES, CHART, RENDERED, digest
from tests.architecture.test_settings import documented
from tests.house.test_deploy import compose, of_compose, parser, without_pauses

SCHEMAS = "1.31"
"""The version of Kubernetes whose published schemas the objects are held against."""


def objects(name: str) -> list[dict[str, Any]]:
    found = yaml.safe_load_all((RENDERED / name).read_text("utf-8"))
    return [one for one in found if one]


def pods(name: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """The pods of every object that makes some."""
    for one in objects(name):
        spec = one.get("spec", {})
        template = spec.get("jobTemplate", {}).get("spec", spec).get("template")
        if template:
            yield f"{one['kind']} {one['metadata']['name']}", template["spec"]


@pytest.mark.parametrize("name", CASES)
def test_what_was_rendered_is_of_this_chart_and_valid_for_kubernetes(name: str) -> None:
    text = (RENDERED / name).read_text("utf-8")
    assert text.startswith(f"# of the chart {digest()}\n"), "Run `python -m house.chart`."
    assert "{{" not in text
    for one in objects(name):
        kubernetes_validate.validate(one, SCHEMAS, strict=True)
    names = [(one["kind"], one["metadata"]["name"]) for one in objects(name)]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("name", CASES)
def test_every_pod_is_restricted_and_writes_into_its_volumes_alone(name: str) -> None:
    found = dict(pods(name))
    assert len(found) > 12
    for where, pod in found.items():
        assert pod["automountServiceAccountToken"] is False, where
        held = pod["securityContext"]
        assert held["runAsNonRoot"] is True and held["runAsUser"] == 900, where
        assert held["seccompProfile"] == {"type": "RuntimeDefault"}, where
        assert not {"hostNetwork", "hostPID", "hostIPC"} & set(pod), where
        (container,) = pod["containers"]
        assert container["securityContext"] == {
            "allowPrivilegeEscalation": False, "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        }, where  # fmt: skip
        assert {one["name"] for one in container["volumeMounts"]} <= {
            one["name"] for one in pod["volumes"]
        }
        assert container["resources"]["limits"]["memory"], where
        assert all(
            set(one) <= {"name", "emptyDir", "persistentVolumeClaim"} for one in pod["volumes"]
        )


def commands(name: str) -> Iterator[tuple[str, list[str]]]:
    for where, pod in pods(name):
        (container,) = pod["containers"]
        line = [*container["command"], *container.get("args", ())]
        if line[:2] == ["sh", "-c"]:
            for part in line[2].split(" && "):
                yield where, part.split()
        else:
            yield where, line


@pytest.mark.parametrize("name", CASES)
def test_every_command_of_the_chart_exists(name: str) -> None:
    for where, (program, *given) in commands(name):
        if program == "granian":
            assert cli.make_context("granian", list(given)).params["app"].startswith("commonward.")
            continue
        assert program == "commonward" and given[0] in get_commands(), where
        parser(given[0]).parse_args(given[1:])


def test_the_chart_runs_what_compose_runs() -> None:
    chart = {
        without_pauses(line)
        for _where, line in commands("as-shipped.yaml")
        if line[0] == "commonward"
    }
    for name, line in of_compose():
        if line[0] == "commonward":
            assert without_pauses(line) in chart, name
    assert compose()["services"]["web"]


def test_settings_are_those_of_the_documentation_and_none_is_a_secret() -> None:
    shipped = objects("as-shipped.yaml")
    (settings,) = (one["data"] for one in shipped if one["kind"] == "ConfigMap")
    assert set(settings) <= documented()
    assert not [name for name in settings if re.search("KEY|TOKEN|SECRET|PASS|DATABASE", name)]
    assert not [one for one in shipped if one["kind"] == "Secret"]


def test_probes_ask_by_a_name_that_the_site_answers() -> None:
    (settings,) = (one["data"] for one in objects("as-shipped.yaml") if one["kind"] == "ConfigMap")
    web = dict(pods("as-shipped.yaml"))["Deployment commonward-web"]["containers"][0]
    for probe in ("startupProbe", "livenessProbe", "readinessProbe"):
        asked = web[probe]["httpGet"]
        (host,) = (one["value"] for one in asked["httpHeaders"] if one["name"] == "Host")
        assert host in settings["COMMONWARD_HOSTS"].split(",")
    assert web["livenessProbe"]["httpGet"]["path"] == "/-/alive"
    assert web["readinessProbe"]["httpGet"]["path"] == "/-/ready"


def test_health_and_metrics_are_not_for_outside_and_policies_let_few_in() -> None:
    (ingress,) = (one for one in objects("otherwise.yaml") if one["kind"] == "Ingress")
    paths = {
        one["path"]: one["backend"]["service"]["name"]
        for one in ingress["spec"]["rules"][0]["http"]["paths"]
    }
    services = {
        one["metadata"]["name"] for one in objects("otherwise.yaml") if one["kind"] == "Service"
    }
    assert paths["/-/"] not in services
    assert {paths["/"], paths["/live/events"]} <= services
    policies = [one["spec"] for one in objects("as-shipped.yaml") if one["kind"] == "NetworkPolicy"]
    (whole,) = (one for one in policies if "Egress" in one["policyTypes"])
    assert "ingress" not in whole, "nobody comes in but where another policy lets them"
    assert all(one["from"] for spec in policies for one in spec.get("ingress", ()))


def test_what_a_site_may_keep_or_leave_out() -> None:
    kinds = [one["kind"] for one in objects("otherwise.yaml")]
    assert "NetworkPolicy" not in kinds and "PodDisruptionBudget" not in kinds
    assert kinds.count("PersistentVolumeClaim") == 1, "the volume is there already"
    assert "Deployment commonward-take-sms" in dict(pods("otherwise.yaml"))


@pytest.mark.skipif(shutil.which("helm") is None, reason="no helm on this machine")
def test_helm_itself_finds_no_fault() -> None:
    helm = shutil.which("helm")
    assert helm is not None
    subprocess.run([helm, "lint", "--strict", str(CHART)], check=True)
