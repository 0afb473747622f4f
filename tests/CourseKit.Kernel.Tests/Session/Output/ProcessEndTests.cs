using CourseKit.Kernel.Session.Output;

namespace CourseKit.Kernel.Tests.Session.Output;

/// <summary>Why a process ended, from its exit code and its last words.</summary>
public sealed class ProcessEndTests
{
    [Theory]
    [InlineData(3, "", "exit code 3")]
    [InlineData(137, "", "exit code 137 (killed: perhaps out of memory)")]
    [InlineData(139, "a warning\n", "exit code 139 (segmentation fault in native code)")]
    [InlineData(134, "terminate called after throwing an instance of 'c10::Error'\n  what():  sizes differ: 2 and 3\nException raised from f at g.cpp\n", "exit code 134 (native code failed: sizes differ: 2 and 3)")]
    [InlineData(134, "terminate called after throwing an instance of 'int'\n", "exit code 134 (native code failed: int)")]
    [InlineData(134, "Process terminated. boom\n   at System.Environment.FailFast(System.String)\n", "exit code 134 (boom)")]
    [InlineData(134, "Stack overflow.\nRepeated 9 times:\n--------\n   at A.F(Int32)\n--------\n   at B.G()\n", "exit code 134 (the stack is full: a method calls itself without end, A.F(Int32))")]
    [InlineData(134, "Stack overflow.\n   at A.F(Int32)\n", "exit code 134 (the stack is full: a method calls itself without end, A.F(Int32))")]
    public void The_cause_is_told_in_the_words_of_who_failed(int code, string words, string expected) => Assert.Equal(expected, ProcessEnd.Describe(code, words));

    [Fact]
    public void Only_the_last_of_several_failures_counts_and_endless_words_are_cut()
    {
        Assert.Equal("exit code 134 (second)", ProcessEnd.Describe(134, "Process terminated. first\nProcess terminated. second\n"));
        Assert.InRange(ProcessEnd.Describe(134, $"Process terminated. {new string('x', 1_000_000)}").Length, 2000, 2100);
    }
}
