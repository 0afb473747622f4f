using System.Runtime.InteropServices;

namespace CourseKit.Cli.Shell;

/// <summary>Turns Ctrl+C and SIGTERM into a cancellation, so that a file that is being written is still completed.</summary>
internal sealed class Interruption : IDisposable
{
    private readonly CancellationTokenSource _source = new();
    private readonly PosixSignalRegistration[] _signals;

    public Interruption()
    {
        _signals = [Register(PosixSignal.SIGINT, Shell.ExitCode.Interrupted), Register(PosixSignal.SIGTERM, Shell.ExitCode.Terminated)];
    }

    public CancellationToken Token => _source.Token;

    /// <summary>The exit code for the received signal, as in a shell: 130 for SIGINT, 143 for SIGTERM; 0 if no signal has come.</summary>
    public int ExitCode { get; private set; }

    public void Dispose()
    {
        foreach (var signal in _signals)
            signal.Dispose();
        // _source is not disposed: a signal that came just before may still be about to cancel it.
    }

    private PosixSignalRegistration Register(PosixSignal signal, int exitCode) => PosixSignalRegistration.Create(signal, context =>
    {
        context.Cancel = true;
        ExitCode = exitCode;
        _source.Cancel();
    });
}
