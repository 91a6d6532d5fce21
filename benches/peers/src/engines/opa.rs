//! OPA's own engine, in Go, from a shared library: `LATCH_OPA` is its path. Input goes in as JSON and the answer comes out
//! as JSON, as every caller of OPA has it.

use std::ffi::{CStr, CString, c_char, c_int};

use libloading::{Library, Symbol};
use serde_json::Value as Json;

use crate::child::Work;
use crate::engines::{Engine, rego};
use crate::workload::Verdict;

type Add = unsafe extern "C" fn(u64, *const c_char, *const c_char) -> *mut c_char;
type Eval = unsafe extern "C" fn(u64, *const c_char, *const c_char, c_int, c_int) -> *mut c_char;
type Free = unsafe extern "C" fn(*mut c_char);

struct Opa {
    work: &'static Work,
    handle: u64,
    eval: Symbol<'static, Eval>,
    free: Symbol<'static, Free>,
    document: CString,
    inputs: Vec<CString>,
}

pub(crate) fn setup(work: &'static Work) -> Result<Box<dyn Engine>, String> {
    let path = std::env::var("LATCH_OPA").map_err(|_| "LATCH_OPA names no library".to_owned())?;
    let failed = |error: libloading::Error| error.to_string();
    // SAFETY: the library is the one that the README names; these are its functions with its types.
    let (handle, eval, free, add) = unsafe {
        let library: &'static Library = Box::leak(Box::new(Library::new(path).map_err(failed)?));
        let new: Symbol<'_, unsafe extern "C" fn() -> u64> =
            library.get(b"OpaNew").map_err(failed)?;
        let add: Symbol<'static, Add> = library.get(b"OpaAddPolicy").map_err(failed)?;
        let eval: Symbol<'static, Eval> = library.get(b"OpaEvalDocument").map_err(failed)?;
        let free: Symbol<'static, Free> = library.get(b"OpaFreeString").map_err(failed)?;
        (new(), eval, free, add)
    };
    let document = CString::new("ca.applying").expect("no zero byte");
    let opa = Opa { work, handle, eval, free, document, inputs: Vec::new() };
    let name = CString::new("ca.rego").expect("no zero byte");
    let text = CString::new(rego::module(work)).expect("no zero byte");
    // SAFETY: both strings end in a zero byte and live through the call.
    opa.answer(unsafe { add(handle, name.as_ptr(), text.as_ptr()) })?;
    // The module is compiled when it is first asked.
    let input = CString::new(rego::input(&work.facts[0]).to_string()).expect("no zero byte");
    opa.ask(&input)?;
    Ok(Box::new(opa))
}

impl Opa {
    fn ask(&self, input: &CStr) -> Result<Json, String> {
        // SAFETY: both strings end in a zero byte and live through the call.
        self.answer(unsafe {
            (self.eval)(self.handle, self.document.as_ptr(), input.as_ptr(), 0, 0)
        })
    }

    /// What was answered, given back to be freed.
    fn answer(&self, answer: *mut c_char) -> Result<Json, String> {
        if answer.is_null() {
            return Err("no answer".to_owned());
        }
        // SAFETY: an answer is a string that ends in a zero byte, ours until it is given back, once.
        let text = unsafe { CStr::from_ptr(answer) }.to_bytes().to_vec();
        unsafe { (self.free)(answer) };
        let answer: Json = serde_json::from_slice(&text).map_err(|error| error.to_string())?;
        match &answer["error"] {
            Json::Null => Ok(answer),
            error => Err(error.to_string()),
        }
    }
}

impl Engine for Opa {
    fn prepare(&mut self) -> Result<(), String> {
        let text = |facts| CString::new(rego::input(facts).to_string()).expect("no zero byte");
        self.inputs = self.work.facts.iter().map(text).collect();
        Ok(())
    }

    fn decide(&mut self, at: usize, applying: &mut Vec<u32>) -> Result<Verdict, String> {
        let answer = self.ask(&self.inputs[at])?;
        let result = &answer["result"][0]["expressions"][0]["value"];
        let numbers = result.as_array().ok_or_else(|| format!("no set: {answer}"))?;
        applying.extend(numbers.iter().filter_map(Json::as_u64).map(|it| it as u32));
        let visitor = &self.work.visitors[at];
        Ok(self.work.workload.combined(visitor, applying.iter().copied()))
    }
}
