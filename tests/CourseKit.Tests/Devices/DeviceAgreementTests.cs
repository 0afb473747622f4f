using CourseKit.Models;
using CourseKit.Tests.Training;
using CourseKit.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace CourseKit.Tests.Devices;

/// <summary>One iteration of the algorithm gives the same on every device there is: each is held against double precision on the CPU.</summary>
[Collection("process-wide state")]
[Trait("Device", "any")]
public sealed class DeviceAgreementTests
{
    private const long Batch = 64;

    public DeviceAgreementTests() => Torch.Begin();

    public static TheoryData<string> Devices => [.. Enumerable.Range(0, CudaDevices()).Select(number => $"cuda:{number}").Prepend("cpu")];

    [Theory]
    [MemberData(nameof(Devices))]
    public void After_one_step_both_networks_agree_within_one_in_ten_thousand(string device)
    {
        using var scope = NewDisposeScope();
        var (G, D) = (new MlpGenerator(16, 1, 8, 8), new MlpDiscriminator(1, 8, 8));
        var (real, latent) = (rand(Batch, 1, 8, 8) * 2 - 1, randn(Batch, 16));

        var expected = OneStep(G, D, real, latent, ScalarType.Float64, CPU);
        var found = OneStep(G, D, real, latent, ScalarType.Float32, new Device(device));

        Assert.True(found.Images.allclose(expected.Images, rtol: 0, atol: 1e-4), $"images differ by up to {Largest(found.Images, expected.Images):G3}");
        Assert.True(found.Logits.allclose(expected.Logits, rtol: 0, atol: 1e-4), $"logits differ by up to {Largest(found.Logits, expected.Logits):G3}");
        Assert.NotEqual(0, Largest(expected.Images, OneStep(G, D, real, latent, ScalarType.Float64, CPU, learningRate: 0).Images)); // the step moved them
    }

    // Copies of the two networks learn for one step; what G then makes of the vectors and what D then says to the real images.
    private static (Tensor Images, Tensor Logits) OneStep(MlpGenerator generator, MlpDiscriminator discriminator, Tensor real, Tensor latent, ScalarType type, Device device,
        double learningRate = 1e-3)
    {
        var (G, D) = (new MlpGenerator(16, 1, 8, 8), new MlpDiscriminator(1, 8, 8));
        G.load_state_dict(generator.state_dict());
        D.load_state_dict(discriminator.state_dict());
        G.to(device, type);
        D.to(device, type);
        var (x, z) = (real.to(type, device), latent.to(type, device));
        using var step = new GanStep(G, D, Batch, learningRate);
        var made = G.forward(z);
        step.UpdateDiscriminator(x, made);
        step.UpdateGenerator(made);
        using var noGrad = no_grad();
        return (G.forward(z).to(ScalarType.Float64, CPU), D.forward(x).to(ScalarType.Float64, CPU));
    }

    private static double Largest(Tensor a, Tensor b) => (a - b).abs().max().item<double>();

    private static int CudaDevices()
    {
        CourseKit.Native.NativeBackend.Load();
        return CourseKit.Native.CudaSupport.Here.Gpus;
    }
}
