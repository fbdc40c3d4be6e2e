"""What training proves: programmes of the law, hours, certificates and their life."""

from certification.models.batch import Approval, IssueBatch, IssueItem
from certification.models.certificate import (
    Certificate,
    CertificateContent,
    CertificateDocument,
    CertificateEvent,
)
from certification.models.check import CheckList, CheckRow
from certification.models.circumstance import Circumstance, Condition
from certification.models.credential import Credential, Issuer, IssuerKey, StatusList
from certification.models.due import DueNotice, DueRun
from certification.models.earlier import EarlierCertificate, EarlierList
from certification.models.evidence import (
    Evidence,
    EvidenceFile,
    EvidenceGrant,
    EvidenceStep,
)
from certification.models.export import ExportFile, ExportPlan
from certification.models.hours import HoursEntry
from certification.models.layout import Layout, Logo, Signatory
from certification.models.log import LogEntry, LogHead, LogNode
from certification.models.numbers import Authority, NumberSeries
from certification.models.period import StaleStanding, StandingPeriod
from certification.models.post import Appointment, Post
from certification.models.programme import Programme, ProgrammeCourse, RuleVersion
from certification.models.relief import Relief
from certification.models.requirement import Equivalence, Requirement
from certification.models.seal import IssuedFile, SealCertificate

__all__ = [
    "Appointment",
    "Approval",
    "IssueBatch",
    "IssueItem",
    "IssuedFile",
    "SealCertificate",
    "Authority",
    "Certificate",
    "CertificateContent",
    "CertificateDocument",
    "CertificateEvent",
    "CheckList",
    "CheckRow",
    "Circumstance",
    "Condition",
    "Credential",
    "DueNotice",
    "DueRun",
    "EarlierCertificate",
    "EarlierList",
    "Equivalence",
    "Evidence",
    "EvidenceFile",
    "EvidenceGrant",
    "EvidenceStep",
    "ExportFile",
    "ExportPlan",
    "HoursEntry",
    "Issuer",
    "IssuerKey",
    "Layout",
    "LogEntry",
    "LogHead",
    "LogNode",
    "Logo",
    "NumberSeries",
    "Post",
    "Programme",
    "ProgrammeCourse",
    "Relief",
    "Requirement",
    "RuleVersion",
    "Signatory",
    "StaleStanding",
    "StandingPeriod",
    "StatusList",
]
