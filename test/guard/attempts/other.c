/* The program that must not run. */
int main(void) { return 42; }
