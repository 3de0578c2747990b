"""Customer service, complaints and after-sales on ERPNext: the procedures of Pinturas Nervión."""

__version__ = "0.1.0"
