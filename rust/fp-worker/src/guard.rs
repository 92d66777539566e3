//! Catches panics, so that a panic fails one track only: its message goes to the parent, its place to the log.

use std::{
    any::Any,
    cell::RefCell,
    panic::{self, AssertUnwindSafe},
};

thread_local! {
    static LAST_PANIC: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// Keeps the message and the place of a panic, and logs them to standard error.
pub fn install_panic_hook() {
    panic::set_hook(Box::new(|info| {
        let message = text_of(info.payload()).unwrap_or("no message");
        let place = info.location().map_or_else(|| "unknown place".to_owned(), ToString::to_string);
        let text = format!("{message} ({place})");
        log::error!("panic: {text}");
        LAST_PANIC.with_borrow_mut(|last| *last = Some(text));
    }));
}

/// Runs `work`; a panic becomes its message. State that `work` was changing must be discarded then.
///
/// # Errors
/// The panic's message.
pub fn catch<T>(work: impl FnOnce() -> T) -> Result<T, String> {
    panic::catch_unwind(AssertUnwindSafe(work)).map_err(|payload| {
        // Without the hook, as in tests, the message is in the payload.
        let own = text_of(payload.as_ref()).map(str::to_owned);
        LAST_PANIC.take().or(own).unwrap_or_else(|| "no message".to_owned())
    })
}

/// The text of a panic, if it has one.
fn text_of(payload: &(dyn Any + Send)) -> Option<&str> {
    payload.downcast_ref::<String>().map(String::as_str).or_else(|| payload.downcast_ref::<&str>().copied())
}
