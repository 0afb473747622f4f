namespace CourseKit.Cli.Shell;

/// <summary>The command line asks for something impossible. Nothing has been done yet.</summary>
internal sealed class UsageException(string message, Exception? inner = null) : Exception(message, inner);
