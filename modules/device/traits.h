/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* <type_traits> for NVRTC: CUDA's own where its headers are, else what kernels use most. */
#ifndef TRACEGATE_DEVICE_TRAITS_H
#define TRACEGATE_DEVICE_TRAITS_H

#if __has_include(<cuda/std/type_traits>)
#include <cuda/std/type_traits>
namespace std
{
using namespace cuda::std;
} // namespace std
#else
namespace std
{
template <class T, T V> struct integral_constant {
    static constexpr T value = V;
    typedef T value_type;
    typedef integral_constant type;
    __host__ __device__ constexpr operator T() const noexcept { return V; }
};
template <bool B> using bool_constant = integral_constant<bool, B>;
typedef bool_constant<true> true_type;
typedef bool_constant<false> false_type;

template <bool B, class T = void> struct enable_if {
};
template <class T> struct enable_if<true, T> {
    typedef T type;
};
template <bool B, class T = void> using enable_if_t = typename enable_if<B, T>::type;
template <bool B, class T, class F> struct conditional {
    typedef T type;
};
template <class T, class F> struct conditional<false, T, F> {
    typedef F type;
};
template <bool B, class T, class F> using conditional_t = typename conditional<B, T, F>::type;

template <class T> struct remove_const {
    typedef T type;
};
template <class T> struct remove_const<const T> {
    typedef T type;
};
template <class T> struct remove_volatile {
    typedef T type;
};
template <class T> struct remove_volatile<volatile T> {
    typedef T type;
};
template <class T> struct remove_cv {
    typedef typename remove_const<typename remove_volatile<T>::type>::type type;
};
template <class T> struct remove_reference {
    typedef T type;
};
template <class T> struct remove_reference<T &> {
    typedef T type;
};
template <class T> struct remove_reference<T &&> {
    typedef T type;
};
template <class T> struct remove_pointer {
    typedef T type;
};
template <class T> struct remove_pointer<T *> {
    typedef T type;
};
template <class T> using remove_const_t = typename remove_const<T>::type;
template <class T> using remove_cv_t = typename remove_cv<T>::type;
template <class T> using remove_reference_t = typename remove_reference<T>::type;
template <class T> using remove_pointer_t = typename remove_pointer<T>::type;

template <class T, class U> struct is_same : false_type {
};
template <class T> struct is_same<T, T> : true_type {
};
template <class T> struct is_pointer : false_type {
};
template <class T> struct is_pointer<T *> : true_type {
};
template <class T> struct is_const : false_type {
};
template <class T> struct is_const<const T> : true_type {
};
template <class T> struct is_trivially_copyable : bool_constant<__is_trivially_copyable(T)> {
};
template <class T> struct is_standard_layout : bool_constant<__is_standard_layout(T)> {
};
template <class T> struct is_empty : bool_constant<__is_empty(T)> {
};
template <class T> struct is_enum : bool_constant<__is_enum(T)> {
};
template <class T> struct underlying_type {
    typedef __underlying_type(T) type;
};
template <class T> using underlying_type_t = typename underlying_type<T>::type;

template <class T> struct is_integral_plain : false_type {
};
template <> struct is_integral_plain<bool> : true_type {
};
template <> struct is_integral_plain<char> : true_type {
};
template <> struct is_integral_plain<signed char> : true_type {
};
template <> struct is_integral_plain<unsigned char> : true_type {
};
template <> struct is_integral_plain<short> : true_type {
};
template <> struct is_integral_plain<unsigned short> : true_type {
};
template <> struct is_integral_plain<int> : true_type {
};
template <> struct is_integral_plain<unsigned> : true_type {
};
template <> struct is_integral_plain<long> : true_type {
};
template <> struct is_integral_plain<unsigned long> : true_type {
};
template <> struct is_integral_plain<long long> : true_type {
};
template <> struct is_integral_plain<unsigned long long> : true_type {
};
template <class T> struct is_integral : is_integral_plain<remove_cv_t<T>> {
};
template <class T>
struct is_floating_point : bool_constant<is_same<remove_cv_t<T>, float>::value ||
                                         is_same<remove_cv_t<T>, double>::value> {
};
template <class T>
struct is_arithmetic : bool_constant<is_integral<T>::value || is_floating_point<T>::value> {
};
template <class T, bool = is_arithmetic<T>::value> struct is_unsigned : false_type {
};
template <class T> struct is_unsigned<T, true> : bool_constant<(T(0) < T(-1))> {
};

#if __cplusplus >= 201703L
template <class T, class U> inline constexpr bool is_same_v = is_same<T, U>::value;
template <class T> inline constexpr bool is_pointer_v = is_pointer<T>::value;
template <class T> inline constexpr bool is_integral_v = is_integral<T>::value;
template <class T> inline constexpr bool is_unsigned_v = is_unsigned<T>::value;
template <class T> inline constexpr bool is_trivially_copyable_v = is_trivially_copyable<T>::value;
template <class T> inline constexpr bool is_standard_layout_v = is_standard_layout<T>::value;
#endif
} // namespace std
#endif

#endif
