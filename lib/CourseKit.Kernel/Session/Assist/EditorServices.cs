using System.Composition.Hosting;
using System.Reflection;
using Microsoft.CodeAnalysis.Host;
using Microsoft.CodeAnalysis.Host.Mef;

namespace CourseKit.Kernel.Session.Assist;

/// <summary>Roslyn's editor services without the parts that make completion slow.</summary>
internal static class EditorServices
{
    // These providers offer code snippets, a type parameter T, and the types of all namespaces without a using (thousands for each request).
    private static readonly string[] Unwanted = ["ImportCompletionProvider", "SnippetCompletionProvider", "SpeculativeTCompletionProvider"];

    private static HostServices? host;

    /// <summary>
    /// The services, composed at the first use. The container looks at thousands of types one after the other, so a cancellation ends it at once. What
    /// the runtime has loaded until then need not be loaded again. Not thread-safe.
    /// </summary>
    /// <exception cref="OperationCanceledException">The composition was cancelled.</exception>
    public static HostServices Host(CancellationToken cancel) => host ??= MefHostServices.Create(new ContainerConfiguration()
        .WithParts(MefHostServices.DefaultAssemblies.SelectMany(Types).Where(type =>
        {
            cancel.ThrowIfCancellationRequested();
            return !Unwanted.Any(type.Name.EndsWith);
        })).CreateContainer());

    // Some types cannot be loaded, because they need assemblies that only an editor has. Those types are left out.
    private static IEnumerable<Type> Types(Assembly assembly)
    {
        try
        {
            return assembly.GetTypes();
        }
        catch (ReflectionTypeLoadException error)
        {
            return error.Types.OfType<Type>();
        }
    }
}
