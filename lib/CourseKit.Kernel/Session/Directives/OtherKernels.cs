namespace CourseKit.Kernel.Session.Directives;

/// <summary>What a session keeps in place of the other kernels that a notebook of several languages has.</summary>
internal sealed class OtherKernels
{
    /// <summary>The names that <c>#!connect</c> gave to kernels. Cells for them are passed over.</summary>
    public HashSet<string> Connected { get; } = [];

    /// <summary>The texts that <c>#!value</c> keeps, by their names.</summary>
    public Dictionary<string, string> Values { get; } = [];
}
