from django.urls import path

from people.views import columns, imports, machines, me, merges, privacy, records, register, roles

app_name = "people"
urlpatterns = [
    path("", me.start, name="start"),
    path("welcome/", me.welcome, name="welcome"),
    path("profile/", me.profile, name="profile"),
    path("profile/edit/", me.edit_profile, name="profile-edit"),
    path("data/", privacy.my_data, name="data"),
    path("data/file/", privacy.my_data_file, name="data-file"),
    path("people/", register.people, name="register"),
    path("people/add/", register.add, name="person-add"),
    path("people/<int:pk>/", register.person, name="person"),
    path("people/<int:pk>/edit/", register.edit, name="person-edit"),
    path("people/<int:pk>/account/", register.account, name="person-account"),
    path("people/<int:pk>/erase/", privacy.erase_person, name="person-erase"),
    path("people/stale/", records.stale, name="stale"),
    path("people/<int:pk>/verify/", records.verify, name="verify"),
    path(
        "people/<int:pk>/authorisations/add/", records.new_authorisation, name="authorisation-add"
    ),
    path("people/authorisations/<int:pk>/", records.authorisation, name="authorisation"),
    path("people/memberships/<int:pk>/move/", records.move, name="move"),
    path("people/duplicates/", merges.duplicates, name="duplicates"),
    path("people/<int:pk>/merge/<int:other>/", merges.merge, name="merge"),
    path("people/merges/<int:pk>/undo/", merges.undo, name="merge-undo"),
    path("people/import/", imports.upload, name="import"),
    path("people/import/columns/", columns.page, name="import-columns"),
    path("people/import/template.<str:kind>", imports.template, name="import-template"),
    path("people/import/<int:pk>/", imports.review, name="import-review"),
    path("people/import/<int:pk>/result.csv", imports.result, name="import-result"),
    path("roles/", roles.institutions, name="roles"),
    path("roles/<int:pk>/", roles.members, name="roles-members"),
    path("roles/<int:pk>/grant/", roles.grant, name="roles-grant"),
    path("machines/", machines.tokens, name="machines"),
    path("machines/add/", machines.add, name="machine-add"),
    path("machines/<int:pk>/", machines.token, name="machine"),
    path("machines/<int:pk>/end/", machines.end, name="machine-end"),
    path("roles/membership/<int:pk>/end/", roles.end, name="roles-end"),
]
