"""Build the application; the one place that knows every part of it."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

from flask import Flask
from flask_babel import Babel
from flask_login import LoginManager
from flask_wtf.csrf import CSRFProtect
from jinja2 import StrictUndefined
from werkzeug.middleware.proxy_fix import ProxyFix

from training import cli
from training.accounts import routes as accounts
from training.accounts import service as people
from training.assessment import routes as assessment
from training.assessment.analysis import routes as analysis
from training.assessment.exams import routes as exams
from training.assessment.exams import sitting_routes, standing
from training.assessment.judgement import routes as judgement
from training.assessment.notes import report_routes as item_reports
from training.assessment.notes import routes as notes
from training.assessment.panel import bank_routes as panel_bank
from training.assessment.panel import queue_routes as queue
from training.assessment.panel import routes as panel
from training.assessment.room import practice_routes as practice
from training.assessment.room import routes as room
from training.assessment.sign_off import routes as sign_off_cases
from training.assessment.watch import routes as bank_watch
from training.clinics import routes as clinics
from training.competency import routes as competency
from training.competency.observing import routes as observing
from training.competency.sign_off import routes as sign_off_routes
from training.competency.sign_off import service as sign_offs
from training.config import ROOT, Config
from training.credentials import routes as credentials
from training.credentials import service as certificates
from training.db import session as db
from training.home import routes as home
from training.library import routes as library
from training.study import repeating
from training.study import routes as study
from training.study.review import routes as review
from training.web import errors, headers, health, navigation, static, wording
from training.web.access import EVERYONE, Permission, SignedIn, open_to, refuse_unless_open

SLICES = (
    home,
    accounts,
    library,
    assessment,
    analysis,
    panel,
    panel_bank,
    bank_watch,
    queue,
    judgement,
    room,
    practice,
    sign_off_cases,
    notes,
    item_reports,
    exams,
    sitting_routes,
    study,
    review,
    competency,
    observing,
    sign_off_routes,
    credentials,
    clinics,
)
MOST_BYTES_SENT = 1_000_000
SESSION_LIFETIME = timedelta(days=14)


def create_app(config: Config) -> Flask:
    """Build the application from its configuration; nothing here reads the environment."""
    app = Flask("training", root_path=str(ROOT), template_folder="templates", static_folder="static")
    app.extensions["training.config"] = config
    app.config.update(
        SECRET_KEY=config.secret_key,
        SESSION_COOKIE_NAME="segmental",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=config.in_production,
        SESSION_REFRESH_EACH_REQUEST=False,
        PERMANENT_SESSION_LIFETIME=SESSION_LIFETIME,
        MAX_CONTENT_LENGTH=MOST_BYTES_SENT,
        WTF_CSRF_TIME_LIMIT=None,  # a lesson may stay open all day; the token still dies with the session
        BABEL_DEFAULT_LOCALE="en",
        BABEL_DEFAULT_TIMEZONE=str(config.timezone),
        TEMPLATES_AUTO_RELOAD=False,
    )
    app.jinja_env.undefined = StrictUndefined  # a misspelt name in a template fails
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    if config.proxies:
        count = config.proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=count, x_proto=count, x_host=count)  # type: ignore[method-assign]
    db.init_app(app, config.database_url)
    Babel(app)
    CSRFProtect(app)
    init_sign_in(app)
    for part in (errors, static, wording, navigation):
        part.init_app(app)
    headers.init_app(app, https=config.in_production)
    app.before_request(refuse_unless_open)
    shown = {"school": config.school, "Permission": Permission, "demonstration": not config.in_production}
    app.context_processor(lambda: shown)
    app.view_functions["static"] = open_to(EVERYONE)(lambda filename: app.send_static_file(filename))
    app.register_blueprint(health.bp)
    for slice_routes in SLICES:
        app.register_blueprint(slice_routes.bp)
    connect_hooks(config)
    cli.register(app)
    return app


def connect_hooks(config: Config) -> None:
    """Where something flows against the order of the slices; `docs/architecture.md` lists each."""
    sign_offs.when_granted = partial(certificates.issue, zone=config.timezone)
    standing.module_repeated_since = repeating.module_repeated_since


def init_sign_in(app: Flask) -> None:
    login = LoginManager(app)
    login.session_protection = None  # phones change their network between two patients

    def load(kept: str) -> SignedIn | None:
        public_id, _, stamp = kept.partition(".")
        return people.signed_in(db.session(), public_id, stamp)

    login.user_loader(load)
