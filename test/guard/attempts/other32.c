/* The same, of 32 bits, and without a library. */
void _start(void) { __asm__ volatile("int $0x80" : : "a"(1), "b"(42)); }
