"""Models of other packages that hold nothing about anybody, each with the reason why not."""

from people.privacy import NothingPersonal

NOTHING = (
    NothingPersonal(
        (
            "auth.Group",
            "auth.Permission",
            "contenttypes.ContentType",
            "wagtailadmin.Admin",
            "wagtailcore.GroupCollectionPermission",
            "wagtailcore.GroupPagePermission",
            "wagtailcore.GroupSitePermission",
        ),
        "Names of models and of what groups may do; who is in a group goes with the log-in.",
    ),
    NothingPersonal(
        (
            "taggit.Tag",
            "taggit.TaggedItem",
            "wagtailcore.Collection",
            "wagtailcore.CollectionViewRestriction",
            "wagtailcore.Locale",
            "wagtailcore.PageViewRestriction",
            "wagtailcore.Site",
            "wagtailimages.Rendition",
            "wagtailredirects.Redirect",
        ),
        "How the published site is arranged.",
    ),
    NothingPersonal(
        (
            "wagtailcore.GroupApprovalTask",
            "wagtailcore.Task",
            "wagtailcore.Workflow",
            "wagtailcore.WorkflowContentType",
            "wagtailcore.WorkflowPage",
            "wagtailcore.WorkflowTask",
        ),
        "Which steps a review has; who took them stands in its state.",
    ),
    NothingPersonal(
        (
            "wagtail_localize.LocaleSynchronization",
            "wagtail_localize.OverridableSegment",
            "wagtail_localize.RelatedObjectSegment",
            "wagtail_localize.String",
            "wagtail_localize.StringSegment",
            "wagtail_localize.Template",
            "wagtail_localize.TemplateSegment",
            "wagtail_localize.TranslatableObject",
            "wagtail_localize.Translation",
            "wagtail_localize.TranslationContext",
            "wagtail_localize.TranslationLog",
            "wagtail_localize.TranslationSource",
        ),
        "Sentences of published pages and how they belong together.",
    ),
    NothingPersonal(
        ("wagtailsearch.IndexEntry", "wagtailcore.ReferenceIndex"),
        "Words of published pages, pictures and documents: no model with people in it is indexed (tested).",
    ),
    NothingPersonal(
        ("wagtailforms.FormSubmission",), "Stays empty: there is no form page (tested)."
    ),
    NothingPersonal(
        ("socialaccount.SocialApp", "socialaccount.SocialToken"),
        "Stay empty: the sign-in of institutions stands in our own tables, and tokens are not kept (tested).",
    ),
    NothingPersonal(("wagtailembeds.Embed",), "Stays empty: no embed finder is set up (tested)."),
    NothingPersonal(
        (
            "procrastinate.ProcrastinateEvent",
            "procrastinate.ProcrastinateJob",
            "procrastinate.ProcrastinatePeriodicDefer",
            "procrastinate.ProcrastinateWorker",
        ),
        "Jobs hold numbers of records, never what is in them (tested); finished ones are deleted after a month.",
    ),
)
