/*
 * Node-API 10 lets an add-on keep a reference to any JavaScript value; up to version 9 only to
 * objects, functions and symbols (Node-API documentation, napi_create_reference). better-sqlite3 13
 * keeps references to strings. These two functions stand before Node's own, put there by the
 * linker (ld --wrap): a value that cannot be referenced travels inside a small tagged object.
 */
#include <node_api.h>
#include <stdbool.h>

napi_status __real_napi_create_reference(napi_env, napi_value, uint32_t, napi_ref*);
napi_status __real_napi_get_reference_value(napi_env, napi_ref, napi_value*);
napi_status __wrap_napi_create_reference(napi_env, napi_value, uint32_t, napi_ref*);
napi_status __wrap_napi_get_reference_value(napi_env, napi_ref, napi_value*);

#define TRY(call)                    \
  do {                               \
    const napi_status status = call; \
    if (status != napi_ok) {         \
      return status;                 \
    }                                \
  } while (0)

/* A random UUID: no other add-on's objects can be taken for carriers. */
static const napi_type_tag carrier_tag = {0xc2be56f129854182u, 0x926f5edd1ca1b1f8u};
static const uint32_t carried = 0;

static bool can_be_referenced(napi_valuetype type) {
  return type == napi_object || type == napi_function || type == napi_symbol;
}

napi_status __wrap_napi_create_reference(napi_env env, napi_value value, uint32_t initial_count,
                                         napi_ref* result) {
  napi_valuetype type;
  TRY(napi_typeof(env, value, &type));
  if (can_be_referenced(type)) {
    return __real_napi_create_reference(env, value, initial_count, result);
  }
  napi_value carrier;
  TRY(napi_create_object(env, &carrier));
  TRY(napi_type_tag_object(env, carrier, &carrier_tag));
  TRY(napi_set_element(env, carrier, carried, value));
  return __real_napi_create_reference(env, carrier, initial_count, result);
}

napi_status __wrap_napi_get_reference_value(napi_env env, napi_ref ref, napi_value* result) {
  TRY(__real_napi_get_reference_value(env, ref, result));
  if (*result == NULL) {
    return napi_ok; /* a weak reference whose target was collected */
  }
  napi_valuetype type;
  TRY(napi_typeof(env, *result, &type));
  if (type != napi_object) {
    return napi_ok;
  }
  bool is_carrier = false;
  TRY(napi_check_object_type_tag(env, *result, &carrier_tag, &is_carrier));
  return is_carrier ? napi_get_element(env, *result, carried, result) : napi_ok;
}
