//! Green and approved. Pure: evidence and policy in, a judgement out.
