namespace CourseKit.Cli.Shell;

/// <summary>The command line has wrong arguments. The message tells the user what is wrong.</summary>
internal sealed class UsageException(string message, Exception? inner = null) : Exception(message, inner);
