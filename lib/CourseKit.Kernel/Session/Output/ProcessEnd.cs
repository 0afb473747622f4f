using System.Globalization;
using System.Text.RegularExpressions;
using CourseKit.Kernel.Display;

namespace CourseKit.Kernel.Session.Output;

/// <summary>Why a process that ran cells has ended, in words.</summary>
internal static partial class ProcessEnd
{
    private const int MaxLength = 2000;

    /// <summary>Describes the end of a process.</summary>
    /// <param name="exitCode">Its exit code. A code above 128 says which signal ended the process, as in a shell.</param>
    /// <param name="lastWords">The end of what it wrote to standard error.</param>
    public static string Describe(int exitCode, string lastWords) => string.Create(CultureInfo.InvariantCulture, $"exit code {exitCode}{Cause(exitCode, lastWords)}");

    private static string Cause(int exitCode, string words)
    {
        // libstdc++ says this when no code catches a C++ exception.
        if (Terminated().Matches(words) is [.., var thrown])
            return $" (native code failed: {Cut(thrown.Groups["what"].Success ? PlainText.WithoutNativeStack(thrown.Groups["what"].Value).Trim() : thrown.Groups["type"].Value)})";
        if (StackOverflow().Matches(words) is [.., var overflow])
            return $" (the stack is full: a method calls itself without end{(overflow.Groups["method"].Success ? $", {Cut(overflow.Groups["method"].Value)}" : "")})";
        if (FailFast().Matches(words) is [.., var failed])
            return $" ({Cut(failed.Groups["what"].Value.Trim())})";
        return exitCode switch
        {
            134 => " (aborted: a failure in native code)",
            137 => " (killed: perhaps out of memory)",
            139 => " (segmentation fault in native code)",
            153 => " (a file became larger than a file may be)",
            _ => "",
        };
    }

    private static string Cut(string text) => PlainText.Cut(text, MaxLength);

    [GeneratedRegex(@"terminate called after throwing an instance of '(?<type>[^']*)'\s*(what\(\):\s*(?<what>.*))?", RegexOptions.Singleline)]
    private static partial Regex Terminated();

    [GeneratedRegex(@"Process terminated\.\s*(?<what>[^\n]*)")]
    private static partial Regex FailFast();

    // "Stack overflow.", then the frames; those of the recursion stand between lines of hyphens, below their count.
    [GeneratedRegex(@"Stack overflow\.(\s*Repeated \d+ times:\s*-+)?\s*(at (?<method>[^\n]*))?")]
    private static partial Regex StackOverflow();
}
