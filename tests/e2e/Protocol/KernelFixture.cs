using CourseKit.Notebooks.Tests;

namespace CourseKit.EndToEnd.Tests.Protocol;

/// <summary>One kernel for a class of tests.</summary>
public sealed class KernelFixture : IDisposable
{
    private readonly TempFolder folder = new();

    public KernelFixture()
    {
        Process = new(folder.Root);
        Client = new(Process);
    }

    internal KernelProcess Process { get; }

    internal KernelClient Client { get; }

    public void Dispose()
    {
        Client.Dispose();
        Process.Dispose();
        folder.Dispose();
    }
}
