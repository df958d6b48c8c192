//! The loop: wait for something, hand it to the core, do what it asks, draw once. No tick: it sleeps until a key, an
//! answer or a timer comes.

use std::path::PathBuf;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::{Duration, Instant};

use crossterm::event::{KeyCode, MouseButton, MouseEvent, MouseEventKind};
use ratatui::layout::{Position, Rect};

use super::input::{self, In};
use super::job::Jobs;
use super::model::digest::DigestPage;
use super::model::{Env, Import, Model};
use super::msg::{Effect, Msg, Target, Timer};
use super::pace::Pace;
use super::terminal::{self, Screen};
use super::theme::{Look, Theme};
use super::widgets::cells::Cells;
use super::{keymap, lang, update};
use crate::config::Config;
use crate::facts::Settings;

/// What the screen needs to know to start.
#[derive(Clone, Debug)]
pub struct Launch {
    /// The database; made when it is missing.
    pub database: PathBuf,
    /// The data folder: crash reports go there.
    pub data_dir: PathBuf,
    /// Files to import first.
    pub import: Vec<PathBuf>,
    /// `zh` or `en`, or a locale.
    pub lang: String,
    /// ASCII borders: said, or (`None`) found out from the terminal.
    pub ascii: Option<bool>,
    /// No colours.
    pub no_color: bool,
    /// For screen readers: no boxes, pictures in words.
    pub plain: bool,
    /// Where config.toml is.
    pub config_path: PathBuf,
    /// What it says.
    pub config: Config,
    /// Its text, for the line numbers of complaints.
    pub config_text: String,
    /// The clock.
    pub now: fn() -> i64,
    /// Whether this is the sample.
    pub demo: bool,
    /// Whether contact phones of offices stay readable in files.
    pub keep_phones: bool,
    /// Office hours and calendar, for what is read out of imported messages.
    pub settings: Settings,
}

/// The exit code that stands for: show the sample. No command gives it.
pub const SAMPLE: u8 = 90;

/// Two presses within this time on one cell are a double click.
const DOUBLE: Duration = Duration::from_millis(400);
/// At most so many messages are taken in before a frame is drawn.
const MOST_AT_ONCE: usize = 256;

/// Shows the screen until the user leaves; gives the exit code.
///
/// # Errors
/// When there is no terminal or the system gives no threads.
pub fn run(launch: Launch) -> anyhow::Result<u8> {
    lang::set(&launch.lang);
    rust_i18n::set_locale(lang::current());
    crate::background::workers_step_back();
    terminal::watch_panics(&launch.data_dir);
    let (send, receive) = channel();
    let ended = send.clone();
    terminal::watch_signals(move || {
        let _ = ended.send(In::Msg(Msg::Terminate));
    })?;
    let (own, troubles) = keymap::check(&launch.config_text, &launch.config.keys);
    keymap::lay(&own);
    let mouse = launch.config.screen.mouse.unwrap_or(true);
    let mut screen = Screen::enter(mouse)?;
    let wide = launch.ascii.unwrap_or_else(terminal::probe_wide);
    let mut model = Model {
        env: Env {
            size: screen.begin()?,
            now: (launch.now)(),
            look: Look {
                color: !launch.no_color,
                cells: Cells { wide },
                theme: launch.config.screen.theme.as_deref().and_then(Theme::parse).unwrap_or_default(),
                plain: launch.plain,
            },
            mouse,
            office_close: launch.config.office.close.clone(),
            database: launch.database.clone(),
            demo: launch.demo,
            keep_phones: launch.keep_phones,
            ..Env::default()
        },
        digest: DigestPage { folder: first_folder(), ..DigestPage::default() },
        import: Import {
            folder: launch.config.watch.folder.clone().unwrap_or_else(first_folder),
            ..Import::default()
        },
        ..Model::default()
    };
    update::say(&mut model, troubles);
    Loop::new(screen, model, launch, send, receive)?.run()
}

/// Where the import screen begins to look: the home folder, where exports are saved.
fn first_folder() -> PathBuf {
    directories::UserDirs::new()
        .map(|dirs| dirs.document_dir().unwrap_or_else(|| dirs.home_dir()).to_owned())
        .filter(|dir| dir.is_dir())
        .unwrap_or_default()
}

struct Loop {
    screen: Screen,
    model: Model,
    now: fn() -> i64,
    import: Vec<PathBuf>,
    jobs: Jobs,
    send: Sender<In>,
    receive: Receiver<In>,
    timers: Vec<(Instant, Timer)>,
    targets: Vec<(Rect, Target)>,
    last_click: Option<(Instant, Position)>,
    pace: Pace,
    exit: Option<u8>,
    /// Whether F12 panics: set for the test that the terminal is given back.
    panic_key: Option<String>,
}

impl Loop {
    fn new(
        mut screen: Screen,
        mut model: Model,
        launch: Launch,
        send: Sender<In>,
        receive: Receiver<In>,
    ) -> anyhow::Result<Self> {
        // The first frame comes before the first question.
        model.list.loading = true;
        let targets = screen.draw(&model)?;
        let keys = send.clone();
        std::thread::Builder::new().name("keys".into()).spawn(move || input::read_all(&keys))?;
        let jobs =
            Jobs::start(&launch.database, &launch.config_path, launch.now, launch.settings, send.clone())?;
        Ok(Loop {
            screen,
            model,
            now: launch.now,
            import: launch.import,
            jobs,
            send,
            receive,
            timers: Vec::new(),
            targets,
            last_click: None,
            pace: Pace::new(Instant::now()),
            exit: None,
            panic_key: std::env::var("QUNBOX_TEST_PANIC").ok(),
        })
    }

    /// However it ends, what was decided is written before.
    fn run(mut self) -> anyhow::Result<u8> {
        let ended = self.until_the_end();
        let Loop { jobs, screen, .. } = self;
        drop(screen);
        jobs.close();
        ended
    }

    fn until_the_end(&mut self) -> anyhow::Result<u8> {
        let mut effects = update::start(&mut self.model);
        let paths = std::mem::take(&mut self.import);
        if !paths.is_empty() {
            effects.extend(update::start_import(&mut self.model, paths));
        }
        self.perform(effects)?;
        loop {
            if terminal::crashed() {
                return Ok(1);
            }
            if let Some(code) = self.exit {
                return Ok(code);
            }
            self.draw_in_time()?;
            let Some(first) = self.wait()? else { continue };
            self.pace.changed();
            update::update(&mut self.model, Msg::Now((self.now)()));
            self.take(first)?;
            for _ in 0..MOST_AT_ONCE {
                match self.receive.try_recv() {
                    Ok(next) => self.take(next)?,
                    Err(_) => break,
                }
            }
        }
    }

    fn draw_in_time(&mut self) -> anyhow::Result<()> {
        let now = Instant::now();
        if self.pace.next(now).is_some_and(|next| next <= now) {
            self.draw()?;
            self.pace.drawn(Instant::now());
        }
        Ok(())
    }

    fn draw(&mut self) -> anyhow::Result<()> {
        let size = self.screen.begin()?;
        if size != self.model.env.size {
            let effects = update::update(&mut self.model, Msg::Resize(size.0, size.1));
            self.perform(effects)?;
        }
        self.targets = self.screen.draw(&self.model)?;
        Ok(())
    }

    /// Sleeps until something comes. `None` when only a timer's message was put in, or a frame is to be drawn.
    fn wait(&mut self) -> anyhow::Result<Option<In>> {
        let frame = self.pace.next(Instant::now());
        let Some(next) = self.timers.iter().map(|t| t.0).chain(frame).min() else {
            return Ok(Some(self.receive.recv()?));
        };
        match self.receive.recv_timeout(next.saturating_duration_since(Instant::now())) {
            Ok(message) => Ok(Some(message)),
            Err(RecvTimeoutError::Disconnected) => anyhow::bail!("disconnected"),
            Err(RecvTimeoutError::Timeout) => {
                let now = Instant::now();
                let (due, rest): (Vec<_>, Vec<_>) = self.timers.drain(..).partition(|t| t.0 <= now);
                self.timers = rest;
                for (_, timer) in due {
                    self.pace.changed();
                    let effects = update::update(&mut self.model, Msg::Timer(timer));
                    self.perform(effects)?;
                }
                Ok(None)
            }
        }
    }

    fn take(&mut self, message: In) -> anyhow::Result<()> {
        if message.is_touch() {
            self.pace.touched(Instant::now());
        }
        let message = match message {
            In::Msg(message) => Some(message),
            In::Mouse(event) => self.mouse(event),
            In::Closed(why) => anyhow::bail!(why),
        };
        let Some(message) = message else { return Ok(()) };
        if let (Msg::Key(key), Some(whose)) = (&message, &self.panic_key)
            && key.code == KeyCode::F(12)
        {
            assert!(whose == "worker", "asked to panic");
            self.jobs.write(Effect::Repaint);
        }
        let effects = update::update(&mut self.model, message);
        self.perform(effects)
    }

    /// Puts the mouse on what was drawn.
    fn mouse(&mut self, event: MouseEvent) -> Option<Msg> {
        let at = Position::new(event.column, event.row);
        let target = self.targets.iter().rev().find(|(area, _)| area.contains(at)).map(|t| t.1);
        match event.kind {
            MouseEventKind::ScrollDown => Some(Msg::Wheel(3, target)),
            MouseEventKind::ScrollUp => Some(Msg::Wheel(-3, target)),
            MouseEventKind::Down(MouseButton::Left) => {
                let now = Instant::now();
                let double = self.last_click.is_some_and(|(then, cell)| cell == at && now - then < DOUBLE);
                self.last_click = if double { None } else { Some((now, at)) };
                target.map(|t| Msg::Click(t, double))
            }
            _ => None,
        }
    }

    fn perform(&mut self, effects: Vec<Effect>) -> anyhow::Result<()> {
        for effect in effects {
            match effect {
                Effect::Read(read) => self.jobs.ask(read),
                Effect::State { .. }
                | Effect::Due { .. }
                | Effect::Decide(..)
                | Effect::Attach { .. }
                | Effect::Seen(_)
                | Effect::Visit
                | Effect::Keep { .. }
                | Effect::Undo
                | Effect::Redo => {
                    self.jobs.write(effect);
                }
                Effect::Preview(generation, job) => self.jobs.import(generation, true, job)?,
                Effect::Import(generation, job) => self.jobs.import(generation, false, job)?,
                Effect::CatchUp => self.jobs.catch_up()?,
                Effect::CancelImport => self.jobs.cancel(),
                Effect::TakeBack(files) => self.jobs.take_back(files)?,
                Effect::Beginning(path, pasted) => self.jobs.beginning(path, pasted)?,
                Effect::KeepTemplate(template) => self.jobs.keep_template(*template)?,
                Effect::Clipboard => self.jobs.clipboard()?,
                Effect::Watch(folder) => self.jobs.set_watch(folder)?,
                Effect::WatchAsSet => self.jobs.watch()?,
                Effect::Export(job) => self.jobs.export(job)?,
                Effect::Backup(file) => self.jobs.back_up(file)?,
                Effect::Restore(file) => self.jobs.restore(file)?,
                Effect::Folder(generation, folder) => self.jobs.list_folder(generation, folder)?,
                Effect::After(pause, timer) => {
                    // What an older one waited for is void: it would wake the program to draw the same again.
                    self.timers.retain(|(_, old)| !old.is_void_after(timer));
                    self.timers.push((Instant::now() + pause, timer));
                }
                Effect::Copy(text) => self.copy(&text),
                Effect::Sample => self.exit = Some(SAMPLE),
                Effect::Mouse(on) => self.screen.mouse(on)?,
                Effect::Repaint => self.screen.repaint()?,
                Effect::Quit(code) => self.exit = Some(code),
            }
        }
        Ok(())
    }

    #[cfg(not(windows))]
    fn copy(&mut self, text: &str) {
        let done = self.screen.copy(text).map(|()| text.chars().count()).map_err(|e| e.to_string());
        let _ = self.send.send(In::Msg(Msg::Copied(done)));
    }

    #[cfg(windows)]
    fn copy(&mut self, text: &str) {
        let (send, text) = (self.send.clone(), text.to_owned());
        std::thread::spawn(move || {
            let chars = text.chars().count();
            let done = arboard::Clipboard::new().and_then(|mut c| c.set_text(text));
            let _ = send.send(In::Msg(Msg::Copied(done.map(|()| chars).map_err(|e| e.to_string()))));
        });
    }
}
