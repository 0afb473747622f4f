namespace CourseKit.Cli.Shell;

internal static class ExitCode
{
    public const int Ok = 0, Failed = 1, BadArguments = 2, Interrupted = 130, Terminated = 143;
}
