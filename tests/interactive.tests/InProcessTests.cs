using CourseKit.Notebooks.Tests;
using Microsoft.DotNet.Interactive;
using Microsoft.DotNet.Interactive.Commands;
using Microsoft.DotNet.Interactive.CSharp;
using Microsoft.DotNet.Interactive.Events;

namespace CourseKit.Interactive.Tests;

/// <summary>The library in .NET Interactive's C# kernel, as its package brings it to any host.</summary>
[Collection("process-wide hooks")]
public sealed class InProcessTests
{
    public InProcessTests()
    {
        // Our own kernel sets these for its process, and they come first.
        foreach (var hook in new[] { "notebook.display", "notebook.formatters", "notebook.stop" })
            AppContext.SetData(hook, null);
    }

    [Fact]
    public async Task A_display_can_be_updated_and_torchs_types_have_our_formatters()
    {
        Course.SkipUnlessBuilt();
        using var kernel = new CompositeKernel { new CSharpKernel() };
        var library = Path.Combine(Course.Root, "lib", "CourseKit", "bin", "Release", "net10.0");
        await RunAsync(kernel, $"#r \"{library}/CourseKit.dll\"\n#r \"{library}/TorchSharp.dll\"\nusing static TorchSharp.torch;\nCourseKit.Course.Start(seed: 1)");
        var events = await RunAsync(kernel, "var shown = CourseKit.Display.NotebookHost.Display(\"one\");\nshown.Update(\"two\");");
        var displayed = Assert.Single(events.OfType<DisplayedValueProduced>());
        var updated = Assert.Single(events.OfType<DisplayedValueUpdated>());
        Assert.Equal(displayed.ValueId, updated.ValueId);
        Assert.Equal("two", Assert.Single(updated.FormattedValues).Value);

        var tensor = Assert.Single((await RunAsync(kernel, "arange(0f, 6f).reshape(2, 3)")).OfType<ReturnValueProduced>());
        Assert.Equal(["text/html", "text/plain"], tensor.FormattedValues.Select(value => value.MimeType));
        Assert.Contains("float32", tensor.FormattedValues.Last().Value, StringComparison.Ordinal);
        var module = Assert.Single((await RunAsync(kernel, "nn.Linear(2, 3)")).OfType<ReturnValueProduced>());
        Assert.Contains("Linear", module.FormattedValues.First().Value, StringComparison.Ordinal);
    }

    private static async Task<IReadOnlyList<KernelEvent>> RunAsync(CompositeKernel kernel, string code)
    {
        var result = await kernel.SendAsync(new SubmitCode(code), TestContext.Current.CancellationToken);
        return result.Events.OfType<CommandFailed>().FirstOrDefault() is { } failed ? throw new InvalidOperationException(failed.Message) : [.. result.Events];
    }
}
