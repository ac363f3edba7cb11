use std::collections::HashMap;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex};

use depot::old::{
    deep::dig, old_make, Old, OldBox, OldPair, OldResult, OldShow, OldState, OLD_MAX, OLD_NAME,
};
use depot::oldmod::{self, Item};

type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;
type Handler = Box<dyn Fn(Request) -> BoxFuture<'static, OldResult<Response>> + Send + Sync>;

#[derive(Clone, Debug, Default)]
struct AppState {
    managers: Arc<Mutex<HashMap<String, Old>>>,
    limit: Option<OldBox<u32>>,
}

#[derive(Debug)]
struct Request {
    state: AppState,
    path: OldPair,
}

#[derive(Debug, PartialEq)]
enum Response {
    Made(Old),
    State(OldState),
    Empty,
}

struct State<T>(T);
struct Path<T>(T);

trait FromRequest: Sized {
    type Rejection: Into<String>;

    fn from_request(request: &Request) -> Result<Self, Self::Rejection>;
}

impl FromRequest for State<AppState> {
    type Rejection = String;

    fn from_request(request: &Request) -> Result<Self, Self::Rejection> {
        Ok(State(request.state.clone()))
    }
}

impl FromRequest for Path<OldPair> {
    type Rejection = String;

    fn from_request(&Request { path: path @ OldPair(id, _), .. }: &Request) -> OldResult<Self> {
        if id > OLD_MAX { Err(format!("{id} > {OLD_MAX} in {OLD_NAME}")) } else { Ok(Path(path)) }
    }
}

async fn create(
    State(state): State<AppState>,
    Path(OldPair(id, version)): Path<OldPair>,
) -> OldResult<Response> {
    let old = Old { value: id * version, ..old_make(0) };
    let mut managers = state.managers.lock().map_err(|error| error.to_string())?;
    let entry = managers.entry(old.show()).or_insert_with(|| Old::new(dig()));
    *entry = Old { value: entry.value + old.value };
    Ok(match state.limit.map(|OldBox { inner }| inner) {
        Some(limit) if limit < Old::LIMIT => Response::State(OldState::Done { code: limit }),
        _ => Response::Made(*entry),
    })
}

async fn status(State(_): State<AppState>, Path(path): Path<OldPair>) -> OldResult<Response> {
    if path == OldPair(0, 0) {
        return Ok(Response::Empty);
    }
    Ok(Response::State(OldState::Busy(oldmod::run() + Item::new(path.1).size)))
}

fn route<F, Fut>(handler: F) -> Handler
where
    F: Fn(State<AppState>, Path<OldPair>) -> Fut + Copy + Send + Sync + 'static,
    Fut: Future<Output = OldResult<Response>> + Send + 'static,
{
    Box::new(move |request| {
        Box::pin(async move {
            let state = FromRequest::from_request(&request)?;
            let path = <Path<OldPair> as FromRequest>::from_request(&request)?;
            handler(state, path).await
        })
    })
}

fn ready<T>(mut future: BoxFuture<'_, T>) -> T {
    let waker = std::task::Waker::noop();
    match future.as_mut().poll(&mut std::task::Context::from_waker(waker)) {
        std::task::Poll::Ready(value) => value,
        std::task::Poll::Pending => panic!("it waits for nothing"),
    }
}

fn main() {
    let state = AppState { limit: Some(OldBox::new(8u8).cast()), ..AppState::default() };
    let routes: [(&str, Handler); 2] = [("/create", route(create)), ("/status", route(status))];
    for (name, handler) in &routes {
        for path in [OldPair(2, 3), OldPair(0, 0), OldPair(9, 1)] {
            let response = ready(handler(Request { state: state.clone(), path }));
            println!("{name} {path:?} {response:?}");
        }
    }
    println!("{:?}", state.managers.lock().unwrap().len());
}
