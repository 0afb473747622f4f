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

    /// <summary>The services, composed at the first use.</summary>
    public static HostServices Host { get; } = MefHostServices.Create(new ContainerConfiguration()
        .WithParts(MefHostServices.DefaultAssemblies.SelectMany(Types).Where(type => !Unwanted.Any(type.Name.EndsWith))).CreateContainer());

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
