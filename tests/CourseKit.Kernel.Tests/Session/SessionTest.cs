using CourseKit.Kernel.Display;
using CourseKit.Kernel.Session;

namespace CourseKit.Kernel.Tests.Session;

/// <summary>A session in a scratch folder of its own.</summary>
[Collection(nameof(ConsoleCollection))]
public abstract class SessionTest : IAsyncLifetime
{
    protected string Folder { get; } = Directory.CreateTempSubdirectory("session-").FullName;

    /// <summary>Where the session looks for libraries that are not there; null for nowhere.</summary>
    protected virtual string? Checkout => null;

    protected CSharpSession Session { get; private set; } = null!;

    private int Cell { get; set; }

    public ValueTask InitializeAsync()
    {
        Session = new(Folder, Checkout);
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await Session.DisposeAsync();
        Directory.Delete(Folder, recursive: true);
        GC.SuppressFinalize(this);
    }

    private protected Task<Ran> RunAsync(string code, Action<CellOutput>? watch = null) => RunUntilAsync(code, watch, TestContext.Current.CancellationToken);

    private protected async Task<Ran> RunUntilAsync(string code, Action<CellOutput>? watch, CancellationToken cancel)
    {
        List<CellOutput> outputs = [];
        var result = await Session.RunAsync(code, $"{++Cell}", output =>
        {
            outputs.Add(output);
            watch?.Invoke(output);
        }, cancel: cancel);
        return new(result, outputs);
    }

    private protected static void SkipWithoutNetwork(Ran ran) =>
        Assert.SkipWhen(ran.Result.Error?.Message.Contains("is there a network", StringComparison.Ordinal) ?? false, "no package source can be reached");

    /// <summary>Runs a cell and stops it soon after it has printed something.</summary>
    private protected async Task<Ran> StopOncePrintingAsync(string code)
    {
        using var stop = new CancellationTokenSource();
        var printed = false;
        return await RunUntilAsync(code, output =>
        {
            if (output is StreamOutput && !printed)
                stop.CancelAfter(30);
            printed = true;
        }, stop.Token);
    }
}

internal sealed record Ran(CellResult Result, IReadOnlyList<CellOutput> Outputs)
{
    public string Stdout => string.Concat(Outputs.OfType<StreamOutput>().Where(output => output.Name == "stdout").Select(output => output.Text));

    public string Stderr => string.Concat(Outputs.OfType<StreamOutput>().Where(output => output.Name == "stderr").Select(output => output.Text));

    public string? Value => Outputs.OfType<ResultOutput>().SingleOrDefault()?.Data.Text("text/plain");

    public IReadOnlyList<DisplayOutput> Displays => [.. Outputs.OfType<DisplayOutput>()];

    public CellError Error => Result.Error ?? throw new InvalidOperationException("The cell did not fail.");

    public Ran Ok()
    {
        Assert.True(Result.Ok, Result.Error is { } error ? string.Join('\n', error.Traceback) : null);
        return this;
    }
}
